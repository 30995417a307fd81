import { formatClock } from '@latido/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import { useFormatter, useNow, useTranslations } from 'use-intl';
import { byDay, meetingsQuery, type IndexFilter, type Meeting } from '../../app/meetings.ts';
import { Badge } from '../../ui/badge.tsx';
import { More } from '../../ui/more.tsx';
import { Button } from '../../ui/button.tsx';
import { Cell, Row, RowLink, Rows } from '../../ui/rows.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import s from './rooms.module.css';

const NAMES_SHOWN = 4;

/** Meetings by day. */
export function Meetings({
  filter,
  onClear,
}: {
  filter: IndexFilter;
  onClear: (() => void) | undefined;
}): JSX.Element {
  const t = useTranslations('rooms');
  const meetings = useInfiniteQuery(meetingsQuery(filter));
  const found = meetings.data?.pages.flatMap((page) => page.items) ?? [];
  if (meetings.isPending) return <Loading />;
  if (meetings.isLoadingError)
    return <Failure error={meetings.error} onRetry={() => void meetings.refetch()} />;
  if (found.length === 0) return <Nothing onClear={onClear} />;
  return (
    <>
      {byDay(found).map(([day, its]) => (
        <section key={day} className={s['day']}>
          <DayTitle day={day} />
          <Rows label={day}>
            {its.map((meeting) => (
              <MeetingRow key={meeting.id} meeting={meeting} />
            ))}
          </Rows>
        </section>
      ))}
      <More of={meetings}>{t('more')}</More>
    </>
  );
}

/** Why a list has nothing: there is none, or the filter leaves none. */
export function Nothing({ onClear }: { onClear: (() => void) | undefined }): JSX.Element {
  const t = useTranslations('rooms');
  if (!onClear) return <Empty title={t('empty')} text={t('emptyText')} />;
  return (
    <Empty title={t('none')} text={t('noneText')}>
      <Button onPress={onClear}>{t('clear')}</Button>
    </Empty>
  );
}

const DAY_MS = 86_400_000;

function DayTitle({ day }: { day: string }): JSX.Element {
  const t = useTranslations('rooms');
  const format = useFormatter();
  const now = useNow({ updateInterval: 60_000 });
  if (day === now.toDateString()) return <h2>{t('today')}</h2>;
  if (day === new Date(now.getTime() - DAY_MS).toDateString()) return <h2>{t('yesterday')}</h2>;
  return <h2>{format.dateTime(new Date(day), { dateStyle: 'full' })}</h2>;
}

/** One meeting. */
export function MeetingRow({ meeting }: { meeting: Meeting }): JSX.Element {
  const t = useTranslations('rooms');
  const { callId, roomName, startedAt, endedAt } = meeting;
  const period = endedAt === null ? { from: startedAt } : { from: startedAt, to: endedAt };
  return (
    <Row testId="meeting-row">
      <Cell part="main">
        {callId === null ? (
          <RowLink to="/rooms/$roomName/attendance" params={{ roomName }} search={period}>
            {roomName}
          </RowLink>
        ) : (
          <RowLink to="/calls/$callId" params={{ callId }}>
            {roomName}
          </RowLink>
        )}
        <span className="small muted">
          <Names meeting={meeting} />
        </span>
      </Cell>
      <Cell part="side">
        {callId !== null && <Badge tone="plain">{t('call')}</Badge>}
        <span className="muted">{t('people', { count: meeting.count })}</span>
      </Cell>
      <Cell part="figure">
        <span className="digits">{formatClock(meeting.durationMs)}</span>
      </Cell>
      <Cell part="state">
        <When meeting={meeting} />
      </Cell>
    </Row>
  );
}

function Names({ meeting }: { meeting: Meeting }): JSX.Element {
  const t = useTranslations('rooms');
  const names = meeting.people
    .slice(0, NAMES_SHOWN)
    .map(({ name }) => name)
    .join(', ');
  const more = meeting.count - Math.min(NAMES_SHOWN, meeting.people.length);
  return <>{more > 0 ? t('others', { names, more }) : names}</>;
}

function When({ meeting }: { meeting: Meeting }): JSX.Element {
  const t = useTranslations('rooms');
  const format = useFormatter();
  const at = (instant: string): string => format.dateTime(new Date(instant), { timeStyle: 'short' });
  const from = at(meeting.startedAt);
  if (meeting.endedAt !== null)
    return <span className="small muted">{t('span', { from, to: at(meeting.endedAt) })}</span>;
  return (
    <>
      <Badge tone="alive">{t('goesOn')}</Badge>
      <span className="small muted">{t('spanOpen', { from })}</span>
    </>
  );
}
