import { formatClock, useNow } from '@latido/react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callsQuery, earningsQuery, type CallState, type Me } from '../../app/api.ts';
import { payoutsQuery } from '../../app/cashier.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card, Stack } from '../../ui/layout.tsx';
import { Sum } from '../../ui/money.tsx';
import { Rows } from '../../ui/rows.tsx';
import { CallRow } from '../calls/call-row.tsx';
import { HoursChart, midnightOf } from './hours-chart.tsx';
import s from './meet.module.css';
import type { Standing } from './standing.ts';

const MINUTE_MS = 60_000;
const ASK_EVERY_MS = 15_000;

/** Who waits at one's price: times, and no names. */
export function Waits({ standing }: { standing: Standing }): JSX.Element {
  const t = useTranslations('meet');
  const now = useNow(1_000);
  const { waits = [], state } = standing;
  const isOff = state === 'off' && standing.side !== 'earner';
  return (
    <Card testId="waits">
      <div className={s['waits']}>
        <div>
          <h2>{isOff ? t('waitOff') : t('waitTitle', { people: waits.length })}</h2>
          {!isOff && waits.length === 0 && state !== 'off' && <p className="small muted">{t('waitNone')}</p>}
        </div>
        {waits.length > 0 && (
          <p className="small">
            <span className="muted">{t('waitText')}</span>{' '}
            {waits.map((since, n) => (
              <span key={`${since} ${n}`} className={`${s['wait']} digits`}>
                {formatClock(Math.max(0, now + standing.clockOffsetMs - Date.parse(since)))}
              </span>
            ))}
          </p>
        )}
      </div>
    </Card>
  );
}

/** The calls of this day, by the reader's own midnight. */
export function callsOfDay(calls: readonly CallState[], now: Date): readonly CallState[] {
  const midnight = midnightOf(now).getTime();
  return calls.filter(({ createdAt, startedAt }) => startedAt !== null && Date.parse(createdAt) >= midnight);
}

/** What the evening has brought, and the calls that it was. */
export function Evening({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('meet');
  const calls = useQuery({ ...callsQuery(), refetchInterval: ASK_EVERY_MS });
  const earnings = useQuery({ ...earningsQuery, refetchInterval: ASK_EVERY_MS });
  const payouts = useQuery({ ...payoutsQuery(), refetchInterval: ASK_EVERY_MS });
  const today = callsOfDay(calls.data?.items ?? [], new Date());
  const earned = today.reduce((sum, { meter }) => sum + (meter?.earned ?? 0), 0);
  const minutes = Math.floor(today.reduce((sum, { billableMs }) => sum + billableMs, 0) / MINUTE_MS);
  const format = useFormatter();
  return (
    <>
      <div className={s['pair']}>
        <Card>
          <Stack>
            <h2>{t('earnedToday')}</h2>
            <Sum of={earned} testId="earned-today" />
            <p className="small muted">{t('todaySum', { calls: today.length, minutes })}</p>
            <HoursChart />
          </Stack>
        </Card>
        <Card>
          <Stack>
            <h2>{t('readyToPay')}</h2>
            <Sum of={payouts.data?.available ?? earnings.data?.available ?? 0} testId="ready-to-pay" />
            <div>
              <ButtonLink to="/earnings">{t('payOut')}</ButtonLink>
            </div>
          </Stack>
        </Card>
      </div>
      <div className={s['title']}>
        <h2>{t('today')}</h2>
        <Link to="/calls">{t('allCalls')}</Link>
      </div>
      {today.length === 0 ? (
        <p className="muted">{t('todayNone')}</p>
      ) : (
        <Rows label={t('today')}>
          {today.map((call) => (
            <CallRow
              key={call.callId}
              call={call}
              me={me}
              when={
                <span className="clock">
                  {format.dateTime(new Date(call.createdAt), { timeStyle: 'short' })}
                </span>
              }
              coins={call.meter?.earned ?? 0}
              testId="today-call"
            />
          ))}
        </Rows>
      )}
    </>
  );
}
