import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { recordQuery, type Attendee } from '../../app/api.ts';
import { ButtonAnchor } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { FactsDialog } from './facts-dialog.tsx';
import { Lanes } from './lanes.tsx';
import { lanesOf, type Bar, type Stay } from './timeline.ts';

const POLL_MS = 4_000;
const SHORTEST_MS = 5_000;

/** What the lanes span: from the first arrival to the last end, or to now while somebody is there. */
function spanOf(people: readonly Attendee[], nowAt: number): { fromAt: number; toAt: number } {
  const fromAt = Math.min(...people.map((person) => Date.parse(person.firstJoinAt)));
  const ends = people.map((person) => (person.lastLeaveAt === null ? nowAt : Date.parse(person.lastLeaveAt)));
  return { fromAt, toAt: Math.max(fromAt + SHORTEST_MS, ...ends) };
}

/** The attendance of a call or a room: `at` is the path in front of its records. */
export function Record({ at, live }: { at: string; live: boolean }): JSX.Element {
  const t = useTranslations('attendance');
  const [bar, setBar] = useState<Bar | null>(null);
  const refetchInterval = live ? POLL_MS : (false as const);
  const people = useQuery({ ...recordQuery<Attendee>(at, 'attendance'), refetchInterval });
  const stays = useQuery({ ...recordQuery<Stay>(at, 'intervals'), refetchInterval });
  const lanes = useMemo(() => lanesOf(stays.data?.items ?? []), [stays.data]);
  if (people.isPending) return <Loading />;
  if (people.isError) return <Failure error={people.error} onRetry={() => void people.refetch()} />;
  if (people.data.items.length === 0) return <Empty title={t('empty')} text={t('emptyText')} />;
  return (
    <Card testId="attendance">
      <Lanes
        lanes={lanes}
        people={people.data.items}
        span={spanOf(people.data.items, people.dataUpdatedAt)}
        onSelect={setBar}
      />
      <FactsDialog at={at} bar={bar} onClose={() => setBar(null)} />
    </Card>
  );
}

/** The two exports, as files. */
export function Exports({ at }: { at: string }): JSX.Element {
  const t = useTranslations('attendance');
  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <ButtonAnchor
          key={format}
          href={`${at}/attendance${format === 'csv' ? '?format=csv' : ''}`}
          download={`attendance.${format}`}
          aria-label={t('export', { format: t(format) })}
          data-testid={`export-${format}`}
        >
          {t(format)}
        </ButtonAnchor>
      ))}
    </>
  );
}
