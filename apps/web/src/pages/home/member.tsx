import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { earns, pays, watches, type Me } from '../../app/api.ts';
import { Card, Page } from '../../ui/layout.tsx';
import { CallNow, EarnsCard, LastCalls } from './calls-part.tsx';
import s from './home.module.css';
import { OnlineCard } from './online-card.tsx';
import { ServerTrace } from './server-trace.tsx';
import { AskingCard, LastMeetings, LiveCard } from './staff-part.tsx';

/** What is going on, for who is signed in. */
export default function Member({ me }: { me: Me }): JSX.Element {
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
