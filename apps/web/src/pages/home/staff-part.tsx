import { formatClock, Trace } from '@latido/react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, type JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { api, type CallState } from '../../app/api.ts';
import { meetingsQuery } from '../../app/meetings.ts';
import { peopleQuery } from '../../app/people.ts';
import { loadMoreWords } from '../../app/preferences.tsx';
import { Card } from '../../ui/layout.tsx';
import { Rows } from '../../ui/rows.tsx';
import { proofOf, useBeats } from '../admin/use-beats.ts';
import { StatusBadge } from '../calls/calls-page.tsx';
import s from './home.module.css';
import { PartTitle } from './part-title.tsx';

const POLL_MS = 1_000;
const SHOWN = 4;

/** The calls of this moment, each with its trace. */
export function LiveCard(): JSX.Element {
  const t = useTranslations('home');
  const live = useQuery({
    queryKey: ['admin', 'live'],
    queryFn: () => api.send<{ items: CallState[] }>('GET', '/api/v1/admin/live-calls'),
    refetchInterval: POLL_MS,
  });
  const calls = live.data?.items ?? [];
  const beats = useBeats(calls);
  return (
    <Card testId="home-live">
      <div className={s['part']}>
        <PartTitle title={t('liveTitle')} to="/admin" more={t('liveCount', { calls: calls.length })} />
        {live.isSuccess && calls.length === 0 && <p className="muted">{t('liveNone')}</p>}
        <ul className={s['list']}>
          {calls.slice(0, SHOWN).map((call) => (
            <li key={call.callId} className={s['item']}>
              <Link to="/calls/$callId" params={{ callId: call.callId }}>
                {call.people.map(({ name }) => name).join(' → ') || call.roomName}
              </Link>
              <Trace
                beats={beats.get(call.callId) ?? []}
                lastProofAt={proofOf(call)}
                windowMs={20_000}
                width={100}
                height={20}
              />
              <span className="digits small">{formatClock(call.billableMs)}</span>
              <StatusBadge call={call} />
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

/** Who waits for coins. */
export function AskingCard(): JSX.Element {
  const t = useTranslations('home');
  const format = useFormatter();
  const now = useNow({ updateInterval: 30_000 });
  const asking = useInfiniteQuery({ ...peopleQuery({ q: '', show: 'asking' }), refetchInterval: 10_000 });
  const people = asking.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card testId="home-asking">
      <div className={s['part']}>
        <PartTitle title={t('askTitle')} to="/admin/people" more={t('askAll')} />
        {asking.isSuccess && people.length === 0 && <p className="muted">{t('askNone')}</p>}
        <ul className={s['list']}>
          {people.slice(0, SHOWN).map((person) => (
            <li key={person.personId} className={s['item']}>
              <Link to="/admin/people/$personId" params={{ personId: person.personId }}>
                {person.name}
              </Link>
              <span className="small muted">
                {person.asksSince !== null && format.relativeTime(new Date(person.asksSince), now)}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Card>
  );
}

/** Its words are not among the first ones, which this page has. */
const MeetingRow = lazy(async () => {
  const [{ MeetingRow: row }] = await Promise.all([import('../rooms/meetings.tsx'), loadMoreWords()]);
  return { default: row };
});

/** The last meetings, also of rooms that Latido never made. */
export function LastMeetings(): JSX.Element {
  const t = useTranslations('home');
  const meetings = useInfiniteQuery(meetingsQuery({ room: '', from: '', to: '' }));
  const last = meetings.data?.pages[0]?.items.filter(({ endedAt }) => endedAt !== null).slice(0, SHOWN) ?? [];
  return (
    <section className={s['section']}>
      <PartTitle title={t('meetingsTitle')} to="/rooms" more={t('allMeetings')} />
      {last.length === 0 ? (
        <p className="muted">{t('noneYet')}</p>
      ) : (
        <Suspense>
          <Rows label={t('meetingsTitle')}>
            {last.map((meeting) => (
              <MeetingRow key={meeting.id} meeting={meeting} />
            ))}
          </Rows>
        </Suspense>
      )}
    </section>
  );
}
