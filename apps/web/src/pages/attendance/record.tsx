import {
  AttendanceTimeline,
  type AttendanceTimelineProps,
  enAttendanceLabels,
  esAttendanceLabels,
  type Bar,
  type Charges,
  type Stay,
} from '@latido/react/attendance';
import '@latido/react/attendance.css';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type JSX } from 'react';
import { useTranslations } from 'use-intl';
import { receiptsQuery, recordQuery, type Attendee, type Within } from '../../app/api.ts';
import { usePreferences } from '../../app/preferences.tsx';
import { ButtonAnchor } from '../../ui/button.tsx';
import { Card } from '../../ui/layout.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import s from './attendance.module.css';
import { FactsDialog } from './facts-dialog.tsx';

const POLL_MS = 4_000;
const NONE: readonly Stay[] = [];

/** What a record is of: `at` is the path in front of it, `within` a stretch of a room's time. */
interface Recorded {
  readonly at: string;
  readonly within?: Within;
}

/** What a call's receipt says was charged, and to whom its figures belong: the earner reads of their share alone. */
function useCharges(paidCall: string | undefined): Charges | undefined {
  const { data } = useQuery({ ...receiptsQuery(paidCall ?? ''), enabled: paidCall !== undefined });
  return useMemo(() => {
    if (!data) return undefined;
    const marks = data.items
      .flatMap(({ lines }) => lines)
      .filter(({ kind }) => kind === 'charge')
      .map(({ dueAt, coins, earned }) => ({ at: Date.parse(dueAt), coins: earned ?? coins }));
    return { marks, isEarned: data.items.some(({ earned }) => earned !== null) };
  }, [data]);
}

/** The attendance of a call or a room. `paidCall` is the call whose charges are marked. */
export function Record({
  at,
  live,
  within = {},
  paidCall,
  films,
  beside,
  waits,
  absent,
}: Recorded & { live: boolean; paidCall?: string | undefined } & Pick<
    AttendanceTimelineProps,
    'films' | 'beside' | 'waits' | 'absent'
  >): JSX.Element {
  const t = useTranslations('attendance');
  const [bar, setBar] = useState<Bar | null>(null);
  const refetchInterval = live ? POLL_MS : (false as const);
  const people = useQuery({ ...recordQuery<Attendee>(at, 'attendance', { within }), refetchInterval });
  const stays = useQuery({ ...recordQuery<Stay>(at, 'intervals', { within }), refetchInterval });
  const charges = useCharges(paidCall);
  const { locale } = usePreferences();
  if (people.isPending) return <Loading />;
  if (people.isLoadingError) return <Failure error={people.error} onRetry={() => void people.refetch()} />;
  const isEmpty = people.data.items.length === 0;
  const timeline = (
    <AttendanceTimeline
      people={people.data.items}
      stays={stays.data?.items ?? NONE}
      nowAt={people.dataUpdatedAt}
      onSelect={setBar}
      charges={charges}
      films={films}
      beside={beside}
      waits={waits}
      absent={absent}
      labels={locale === 'es' ? esAttendanceLabels : enAttendanceLabels}
    />
  );
  // Telephones that nobody was on are told of also where nobody else was.
  if (isEmpty)
    return (
      <div className={s['timeline']}>
        <Empty title={t('empty')} text={t('emptyText')} />
        {timeline}
      </div>
    );
  return (
    <Card testId="attendance">
      <div className={s['timeline']}>{timeline}</div>
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
