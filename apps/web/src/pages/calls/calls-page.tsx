import { formatClock } from '@latido/react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callsQuery, earns, pays, useMe, type CallState, type Me } from '../../app/api.ts';
import { Badge, toneOf } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Chips } from '../../ui/chips.tsx';
import { Page, Stack } from '../../ui/layout.tsx';
import { More } from '../../ui/more.tsx';
import { Empty, Failure, Loading } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import s from './calls.module.css';
import { historyOf } from './history.ts';
import { reasonWordOf } from './reason-word.ts';

/** Of an ended call whose last minute is being counted no sum is shown as if it were final. */
export function isCounting({ status, settled }: CallState): boolean {
  return status === 'ended' && !settled;
}

/** What the call cost who paid; who earned reads their share alone. */
const coinsOf = ({ coins, meter }: CallState): number => meter?.earned ?? coins;

const COUNTING_MS = 2_000;

/** Who was in the call besides me. */
export function othersIn(call: CallState, me: Me | null | undefined): string {
  return call.people
    .filter((person) => person.personId !== me?.personId)
    .map((person) => person.name)
    .join(', ');
}

/** A call's state in one word, with its reason once it has ended. */
export function StatusBadge({ call }: { call: CallState }): JSX.Element {
  const t = useTranslations('calls');
  const me = useMe();
  const word =
    call.status === 'ended'
      ? t('reasonOf', { reason: reasonWordOf(call, me?.personId) })
      : t('statusOf', { status: call.status });
  const lost = call.endReason === 'lost_connection' || call.endReason === 'out_of_balance';
  return <Badge tone={lost ? 'warn' : toneOf(call.status)}>{word}</Badge>;
}

function useColumns(me: Me | null | undefined): Column<CallState>[] {
  const t = useTranslations('calls');
  const format = useFormatter();
  return [
    {
      id: 'with',
      heading: t('with'),
      line: 1,
      sortBy: (call) => othersIn(call, me),
      cell: (call) => (
        <Link to="/calls/$callId" params={{ callId: call.callId }} data-testid="open-call">
          {othersIn(call, me) || t(call.status === 'ended' ? 'nobodyCame' : 'nobody')}
        </Link>
      ),
    },
    {
      id: 'when',
      heading: t('when'),
      line: 2,
      sortBy: (call) => Date.parse(call.createdAt),
      cell: (call) => format.dateTime(new Date(call.createdAt), { dateStyle: 'medium', timeStyle: 'short' }),
    },
    { id: 'status', heading: t('status'), line: 1, cell: (call) => <StatusBadge call={call} /> },
    {
      id: 'together',
      heading: t('together'),
      atEnd: true,
      line: 2,
      sortBy: (call) => call.billableMs,
      cell: (call) => <span className="digits">{formatClock(call.billableMs)}</span>,
    },
    {
      id: 'coins',
      heading: t('coins'),
      atEnd: true,
      line: 2,
      isNamed: true,
      sortBy: coinsOf,
      cell: (call) =>
        isCounting(call) ? (
          <span className="muted">{t('counting')}</span>
        ) : (
          <span className="digits">{coinsOf(call)}</span>
        ),
    },
  ];
}

/** What of a history is shown, and how it is asked for. */
const MET = { all: {}, met: { met: 'true' }, unmet: { met: 'false' } } as const;
type Shown = keyof typeof MET;

function Filter({ shown, onChange }: { shown: Shown; onChange: (shown: Shown) => void }): JSX.Element {
  const t = useTranslations('calls');
  const ids = Object.keys(MET) as Shown[];
  return (
    <div className={s['filter']}>
      <Chips
        label={t('show')}
        value={shown}
        onChange={(id) => onChange(ids.find((one) => one === id) ?? 'all')}
        options={ids.map((id) => ({ id, label: t(`shown.${id}`) }))}
      />
    </div>
  );
}

/** The calls that a person has been in. */
export function CallsPage(): JSX.Element {
  const t = useTranslations();
  const me = useMe();
  const columns = useColumns(me);
  const [shown, setShown] = useState<Shown>('all');
  const narrowed = historyOf(me, MET[shown]);
  const calls = useInfiniteQuery({
    queryKey: ['calls', 'history', narrowed],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, client }) =>
      client.fetchQuery({
        ...callsQuery({ ...narrowed, ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
        staleTime: 0,
      }),
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some(isCounting)) ? COUNTING_MS : false,
  });
  const rows = calls.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t('calls.title')}>
      <Filter shown={shown} onChange={setShown} />
      {calls.isPending ? (
        <Loading />
      ) : calls.isLoadingError ? (
        <Failure error={calls.error} onRetry={() => void calls.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title={t('calls.empty')} text={t('calls.emptyText')}>
          {(pays(me) || earns(me)) && (
            <ButtonLink to="/video" look="primary">
              {t('app.calls')}
            </ButtonLink>
          )}
        </Empty>
      ) : (
        <Stack>
          <Table
            caption={t('calls.title')}
            columns={columns}
            rows={rows}
            keyOf={(call) => call.callId}
            rowTestId="call-row"
            sorted={{ id: 'when', direction: 'descending' }}
          />
          <More of={calls}>{t('calls.more')}</More>
        </Stack>
      )}
    </Page>
  );
}
