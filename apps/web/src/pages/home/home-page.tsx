import { Trace } from '@latido/react';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { earns, pays, useMe, watches, type Me } from '../../app/api.ts';
import { useServerBeats } from '../../app/server-beats.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card, Page } from '../../ui/layout.tsx';
import { LoadingPage } from '../../ui/states.tsx';
import { CallNow, EarnsCard, LastCalls } from './calls-part.tsx';
import s from './home.module.css';
import { OnlineCard } from './online-card.tsx';
import { AskingCard, LastMeetings, LiveCard } from './staff-part.tsx';

/** What is going on, for whoever is here. */
export function HomePage(): JSX.Element {
  const me = useMe();
  if (me === undefined) return <LoadingPage />;
  return me === null ? <Visitor /> : <Member me={me} />;
}

const TRACE_MS = 60_000;

/** The line of this page and its server: a beat is an answer that came. */
function ServerTrace(): JSX.Element {
  const t = useTranslations('home');
  const beats = useServerBeats();
  return (
    <figure className={s['trace']}>
      <Trace
        beats={beats}
        lastProofAt={beats.at(-1) ?? null}
        windowMs={TRACE_MS}
        width={1024}
        height={64}
        label={t('traceLabel')}
      />
      <figcaption className="small muted">{t('trace')}</figcaption>
    </figure>
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

function Member({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('home');
  const calls = pays(me) || earns(me);
  return (
    <Page
      title={t('hello', { name: me.name })}
      actions={
        <Link to="/dashboard/video-test" data-testid="home-test">
          {t('tryRoom')}
        </Link>
      }
    >
      <div className={s['parts']}>
        {watches(me) && (
          <div className={s['columns']}>
            <LiveCard />
            <AskingCard />
          </div>
        )}
        {calls && (
          <div className={s['columns']}>
            <CallNow me={me} />
            {pays(me) ? <OnlineCard /> : <EarnsCard />}
          </div>
        )}
        {!calls && !watches(me) && (
          <Card>
            <div className={s['part']}>
              <h2>{t('otherTitle')}</h2>
              <p className="muted">{t('otherText')}</p>
            </div>
          </Card>
        )}
        {calls && <LastCalls me={me} />}
        {watches(me) && <LastMeetings />}
        <ServerTrace />
      </div>
    </Page>
  );
}
