import { formatClock, useNow } from '@latido/react';
import type { CallsSum, EarnedHours } from '@latido/protocol';
import { infiniteQueryOptions, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { api, callsQuery, earningsQuery, type CallState, type Me } from '../../app/api.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Card, Stack } from '../../ui/layout.tsx';
import { Sum } from '../../ui/money.tsx';
import { More } from '../../ui/more.tsx';
import { Rows } from '../../ui/rows.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import { CallRow } from '../calls/call-row.tsx';
import { failureOf } from '../../app/asked.ts';
import { HoursChart, hoursQuery, midnightOf } from './hours-chart.tsx';
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

const isOf = (day: Date, { createdAt }: CallState): boolean => Date.parse(createdAt) >= day.getTime();

/** The calls of a day in which they met, page by page as far as its midnight. */
const callsOfDayQuery = (day: Date) =>
  infiniteQueryOptions({
    queryKey: ['calls', 'day', day.toISOString()],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, client }) =>
      client.fetchQuery({
        ...callsQuery({
          mine: 'true',
          met: 'true',
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        }),
        staleTime: 0,
      }),
    getNextPageParam: ({ items, nextCursor }) =>
      items.every((call) => isOf(day, call)) ? (nextCursor ?? undefined) : undefined,
    refetchInterval: ASK_EVERY_MS,
  });

const earnedIn = ({ hours }: EarnedHours): number => hours.reduce((all, { coins }) => all + coins, 0);

/** What the evening has brought: the sums are the server's, of all its calls, however many of them are on the page. */
export function Evening({ me }: { me: Me }): JSX.Element {
  const t = useTranslations('meet');
  const midnight = midnightOf(new Date());
  const hours = useQuery(hoursQuery(midnight));
  const earnings = useQuery({ ...earningsQuery, refetchInterval: ASK_EVERY_MS });
  const from = midnight.toISOString();
  const sum = useQuery({
    queryKey: ['calls', 'sum', from],
    queryFn: () => api.send<CallsSum>('GET', `/api/v1/calls/sum?from=${encodeURIComponent(from)}`),
    refetchInterval: ASK_EVERY_MS,
  });
  const failed = failureOf([hours, earnings, sum]);
  return (
    <>
      {failed && (
        <Card>
          <Failure error={failed.error} onRetry={failed.again} />
        </Card>
      )}
      <div className={s['pair']}>
        <Card>
          <Stack>
            <h2>{t('earnedToday')}</h2>
            <Sum of={hours.data && earnedIn(hours.data)} testId="earned-today" />
            <p className="small muted" data-testid="today-sum">
              {sum.data
                ? t('todaySum', {
                    calls: sum.data.calls,
                    minutes: Math.floor(sum.data.billableMs / MINUTE_MS),
                  })
                : '–'}
            </p>
            {hours.data && <HoursChart hours={hours.data.hours} />}
          </Stack>
        </Card>
        <Card>
          <Stack>
            <h2>{t('readyToPay')}</h2>
            <Sum of={earnings.data?.available} testId="ready-to-pay" />
            <div>
              <ButtonLink to="/earnings">{t('payOut')}</ButtonLink>
            </div>
          </Stack>
        </Card>
      </div>
      <Today me={me} midnight={midnight} />
    </>
  );
}

function Today({ me, midnight }: { me: Me; midnight: Date }): JSX.Element {
  const t = useTranslations();
  const format = useFormatter();
  const calls = useInfiniteQuery(callsOfDayQuery(midnight));
  const failed = failureOf([calls]);
  const today = calls.data?.pages.flatMap(({ items }) => items).filter((call) => isOf(midnight, call)) ?? [];
  return (
    <>
      <div className={s['title']}>
        <h2>{t('meet.today')}</h2>
        <Link to="/calls">{t('meet.allCalls')}</Link>
      </div>
      {calls.isPending ? (
        <Loading />
      ) : failed ? (
        <Failure error={failed.error} onRetry={failed.again} />
      ) : today.length === 0 ? (
        <p className="muted">{t('meet.todayNone')}</p>
      ) : (
        <Stack>
          <Rows label={t('meet.today')}>
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
          <More of={calls}>{t('calls.more')}</More>
        </Stack>
      )}
    </>
  );
}
