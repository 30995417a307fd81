import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { receiptQuery, recordQuery, type Attendee, type Within } from '../../app/api.ts';
import { ButtonAnchor } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { FactsDialog } from './facts-dialog.tsx';
import { Lanes, type Mark } from './lanes.tsx';
import { lanesOf, unansweredOf, type Bar, type Stay } from './timeline.ts';

const POLL_MS = 4_000;
const SHORTEST_MS = 5_000;

/** What the lanes span: from the first arrival to the last end, or to now while somebody is there. */
function spanOf(people: readonly Attendee[], nowAt: number): { fromAt: number; toAt: number } {
  const fromAt = Math.min(...people.map((person) => Date.parse(person.firstJoinAt)));
  const ends = people.map((person) => (person.lastLeaveAt === null ? nowAt : Date.parse(person.lastLeaveAt)));
  return { fromAt, toAt: Math.max(fromAt + SHORTEST_MS, ...ends) };
}

/** What a record is of: `at` is the path in front of it, `within` a stretch of a room's time. */
interface Recorded {
  readonly at: string;
  readonly within?: Within;
}

/** Telephones that were called and that nobody was on: they are in no lane, and why is worth a line. */
function Unanswered({ stays }: { stays: readonly Stay[] }): JSX.Element {
  const t = useTranslations('attendance');
  return (
    <>
      {unansweredOf(stays).map(({ sid, name, reason }) => (
        <p key={sid} className="small muted" data-testid="unanswered">
          {t('unanswered', { name, reason })}
        </p>
      ))}
    </>
  );
}

/** What a call's receipt says was charged, and to whom its figures belong: the earner reads of their share alone. */
function useCharges(paidCall: string | undefined): { marks: readonly Mark[]; isEarned: boolean } | undefined {
  const { data } = useQuery({ ...receiptQuery(paidCall ?? ''), enabled: paidCall !== undefined });
  return useMemo(() => {
    if (!data) return undefined;
    const marks = data.lines
      .filter(({ kind }) => kind === 'charge')
      .map(({ dueAt, coins, earned }) => ({ at: Date.parse(dueAt), coins: earned ?? coins }));
    return { marks, isEarned: data.earned !== null };
  }, [data]);
}

/** The attendance of a call or a room. `paidCall` is the call whose charges are marked. */
export function Record({
  at,
  live,
  within = {},
  paidCall,
}: Recorded & { live: boolean; paidCall?: string | undefined }): JSX.Element {
  const t = useTranslations('attendance');
  const [bar, setBar] = useState<Bar | null>(null);
  const refetchInterval = live ? POLL_MS : (false as const);
  const people = useQuery({ ...recordQuery<Attendee>(at, 'attendance', { within }), refetchInterval });
  const stays = useQuery({ ...recordQuery<Stay>(at, 'intervals', { within }), refetchInterval });
  const lanes = useMemo(() => lanesOf(stays.data?.items ?? []), [stays.data]);
  const charges = useCharges(paidCall);
  if (people.isPending) return <Loading />;
  if (people.isError) return <Failure error={people.error} onRetry={() => void people.refetch()} />;
  const rang = <Unanswered stays={stays.data?.items ?? []} />;
  if (people.data.items.length === 0) {
    return (
      <>
        <Empty title={t('empty')} text={t('emptyText')} />
        {rang}
      </>
    );
  }
  return (
    <Card testId="attendance">
      <Lanes
        lanes={lanes}
        people={people.data.items}
        span={spanOf(people.data.items, people.dataUpdatedAt)}
        onSelect={setBar}
        charges={charges}
      />
      {rang}
      <FactsDialog at={at} bar={bar} onClose={() => setBar(null)} />
    </Card>
  );
}

const FILES = {
  csv: { format: 'csv' },
  excel: { format: 'xlsx' },
  pdf: { format: 'pdf' },
  json: {},
} as const;
const ENDINGS = { csv: 'csv', excel: 'xlsx', pdf: 'pdf', json: 'json' } as const;
/** A page that is printed tells its times by the clock of whoever prints it. */
const hoursOf = (form: keyof typeof FILES): { zone?: string } =>
  form === 'pdf' ? { zone: Intl.DateTimeFormat().resolvedOptions().timeZone } : {};

/** The exports, as files. */
export function Exports({ at, within = {} }: Recorded): JSX.Element {
  const t = useTranslations('attendance');
  const hrefOf = (form: keyof typeof FILES): string =>
    `${at}/attendance?${new URLSearchParams({ ...within, ...FILES[form], ...hoursOf(form) }).toString()}`;
  return (
    <>
      {(['csv', 'excel', 'pdf', 'json'] as const).map((form) => (
        <ButtonAnchor
          key={form}
          href={hrefOf(form)}
          download={`attendance.${ENDINGS[form]}`}
          aria-label={t('export', { format: t(form) })}
          data-testid={`export-${form}`}
        >
          {t(form)}
        </ButtonAnchor>
      ))}
    </>
  );
}
