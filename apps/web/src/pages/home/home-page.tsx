import { lazy, Suspense, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useMe } from '../../app/api.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/layout.tsx';
import { LoadingPage } from '../../ui/states.tsx';
import s from './home.module.css';
import { ServerTrace } from './server-trace.tsx';

// Apart, so that a stranger's first page does not carry the tables of those who are signed in.
const Member = lazy(() => import('./member.tsx'));

/** What is going on, for whoever is here. */
export function HomePage(): JSX.Element {
  const me = useMe();
  if (me === undefined) return <LoadingPage />;
  if (me === null) return <Visitor />;
  return (
    <Suspense fallback={<LoadingPage />}>
      <Member me={me} />
    </Suspense>
  );
}

function Visitor(): JSX.Element {
  const t = useTranslations();
  return (
    <Page>
      <section className={s['hero']}>
        <h1>{t('home.title')}</h1>
        <p>{t('home.text')}</p>
        <div className={s['actions']}>
          <ButtonLink to="/register" look="primary">
            {t('app.register')}
          </ButtonLink>
          <ButtonLink to="/sign-in">{t('app.signIn')}</ButtonLink>
          <a className={s['quiet']} href="/docs">
            {t('home.docs')}
          </a>
        </div>
      </section>
      <ServerTrace />
    </Page>
  );
}
