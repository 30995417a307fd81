import { formatClock, Trace } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callsQuery, earningsQuery, earns, pays, type CallState, type Me } from '../../app/api.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Actions, Card, Line, Lines } from '../../ui/layout.tsx';
import { Coins } from '../../ui/money.tsx';
import { Rows } from '../../ui/rows.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { proofOf, useBeats } from '../admin/use-beats.ts';
import { CallRow } from '../calls/call-row.tsx';
import { othersIn, StatusBadge } from '../calls/calls-page.tsx';
import s from './home.module.css';
import { PartTitle } from './part-title.tsx';

const POLL_MS = 1_000;
const REST_MS = 10_000;
const SHOWN = 4;

const isOn = ({ status }: CallState): boolean => status === 'live' || status === 'reconnecting';

/** The call that goes on, with the trace of who has been silent longest; else how to begin one. */
export function CallNow({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('home');
  const calls = useQuery({
    ...callsQuery({ mine: 'true' }),
    refetchInterval: ({ state }) => (state.data?.items.some(isOn) ? POLL_MS : REST_MS),
  });
  const on = calls.data?.items.find(isOn);
  const beats = useBeats(on ? [on] : []);
  if (!on) return <Begin me={me} />;
  return (
    <Card testId="home-call">
      <div className={s['part']}>
        <PartTitle title={t('nowTitle')}>
          <StatusBadge call={on} />
        </PartTitle>
        <p>{t('nowWith', { name: othersIn(on, me) })}</p>
        <Trace
          beats={beats.get(on.callId) ?? []}
          lastProofAt={proofOf(on)}
          windowMs={20_000}
          width={280}
          height={40}
        />
        <Lines>
          <Line name={<span className="digits">{formatClock(on.billableMs)}</span>}>
            {pays(me) && <Coins of={on.coins} />}
          </Line>
        </Lines>
        <ButtonLink to="/video" search={{ room: on.roomName }} look="primary">
          {t('goBack')}
        </ButtonLink>
      </div>
    </Card>
  );
}

function Begin({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('home');
  return (
    <Card>
      <div className={s['part']}>
        <h2>{t('nothing')}</h2>
        <p className="muted">{t(pays(me) ? 'payText' : 'earnText')}</p>
        <Actions>
          <ButtonLink to={pays(me) ? '/find' : '/on-air'} look="primary" data-testid="home-meet">
            {t(pays(me) ? 'find' : 'goOnAir')}
          </ButtonLink>
          <ButtonLink to="/video" data-testid={pays(me) ? 'home-pay' : 'home-earn'}>
            {t(pays(me) ? 'pay' : 'earn')}
          </ButtonLink>
        </Actions>
      </div>
    </Card>
  );
}

/** What who earns has earned. */
export function EarnsCard(): JSX.Element {
  const t = useTranslations('home');
  const earnings = useQuery(earningsQuery);
  return (
    <Card>
      <div className={s['part']}>
        <h2>{t('earned')}</h2>
        <p className={s['figure']}>{earnings.data ? <Coins of={earnings.data.balance} /> : '–'}</p>
      </div>
    </Card>
  );
}

/** The last calls, a row each. */
export function LastCalls({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('home');
  const format = useFormatter();
  const calls = useQuery(callsQuery({ mine: 'true' }));
  const last = calls.data?.items.filter(({ status }) => status === 'ended').slice(0, SHOWN) ?? [];
  return (
    <section className={s['section']}>
      <PartTitle title={t('lastTitle')} to="/calls" more={t('allCalls')} />
      {calls.isPending ? (
        <Loading />
      ) : calls.isLoadingError ? (
        <Failure error={calls.error} onRetry={() => void calls.refetch()} />
      ) : last.length === 0 ? (
        <p className="muted">{t('noneYet')}</p>
      ) : (
        <Rows label={t('lastTitle')}>
          {last.map((call) => (
            <CallRow
              key={call.callId}
              call={call}
              me={me}
              when={format.dateTime(new Date(call.createdAt), { dateStyle: 'medium', timeStyle: 'short' })}
              coins={earns(me) && !pays(me) ? (call.meter?.earned ?? 0) : call.coins}
              testId="home-last-call"
            />
          ))}
        </Rows>
      )}
    </section>
  );
}
