import { LatidoError, NoAnswer } from '@latido/client';
import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useSentence } from '../app/sentence.ts';
import { Button, ButtonLink } from './button.tsx';
import { Page, StateTitle } from './layout.tsx';
import s from './states.module.css';

/** Nothing is here yet, and what will be. */
export function Empty({
  title,
  text,
  children,
}: {
  title: string;
  text: string;
  children?: ReactNode;
}): JSX.Element {
  return (
    <div className={s['state']} data-testid="empty">
      <StateTitle>{title}</StateTitle>
      <p>{text}</p>
      {children && <div className={s['action']}>{children}</div>}
    </div>
  );
}

/** A page for the other side of a call; `children` leads to the reader's own. */
export function NotYours({ children }: { children: ReactNode }): JSX.Element {
  const t = useTranslations('video');
  return (
    <Page>
      <Empty title={t('guestTitle')} text={t('guestText')}>
        {children}
      </Empty>
    </Page>
  );
}

/** Something is on its way. Said once to screen readers; nothing moves. */
export function Loading(): JSX.Element {
  const t = useTranslations('app');
  return (
    <div className={s['loading']} role="status" aria-label={t('loading')}>
      <div className={s['bone']} />
      <div className={s['bone']} />
      <div className={s['bone']} />
    </div>
  );
}

/** The sentence for a page that could not be shown: who may not see it is told so, whatever the server refused. */
function usePageSentence(error: unknown): string {
  const t = useTranslations('errors');
  const sentence = useSentence();
  const status = error instanceof LatidoError ? error.status : 0;
  if (status === 401) return t('signIn');
  return status === 403 ? t('forbidden') : sentence(error);
}

/** What went wrong, what to do, and the id that ties it to the server's log. */
export function Failure({
  error,
  onRetry,
}: {
  error: unknown;
  onRetry?: (() => void) | undefined;
}): JSX.Element {
  const t = useTranslations();
  const sentence = usePageSentence(error);
  const id = error instanceof LatidoError ? error.problem?.requestId : undefined;
  const missing = error instanceof LatidoError && error.status === 404;
  return (
    <div className={s['state']} role="alert" data-testid="failure">
      <StateTitle>{missing ? t('app.notFoundTitle') : t('errors.title')}</StateTitle>
      <p>{missing ? t('app.notFoundText') : sentence}</p>
      {id && <p className="small">{t('app.diagnostic', { id })}</p>}
      <div className={s['action']}>
        {error instanceof LatidoError && error.status === 401 ? (
          <ButtonLink to="/sign-in" look="primary">
            {t('app.signIn')}
          </ButtonLink>
        ) : missing ? (
          <ButtonLink to="/">{t('app.home')}</ButtonLink>
        ) : (
          onRetry && <Button onPress={onRetry}>{t('app.retry')}</Button>
        )}
      </div>
    </div>
  );
}

/** A page on its way. */
export function LoadingPage(): JSX.Element {
  return (
    <Page>
      <Loading />
    </Page>
  );
}

/** An address that leads nowhere. */
export function NotFoundPage(): JSX.Element {
  const t = useTranslations('app');
  return (
    <Page>
      <Empty title={t('notFoundTitle')} text={t('notFoundText')}>
        <ButtonLink to="/">{t('home')}</ButtonLink>
      </Empty>
    </Page>
  );
}

/** What Chromium, Firefox and Safari say of a part of the page that they could not get. */
const PART_MISSING = /dynamically imported module|module script/i;

/** A page that broke. */
export function RouteError({ error, reset }: { error: unknown; reset: () => void }): JSX.Element {
  const missing =
    error instanceof NoAnswer || (error instanceof TypeError && PART_MISSING.test(error.message));
  // A page whose part could not be loaded stays so until the window is loaded anew.
  const again = missing ? (): void => location.reload() : reset;
  return (
    <Page>
      <Failure error={missing ? new NoAnswer(error) : error} onRetry={again} />
    </Page>
  );
}
