import { elapsedOf, formatClock, Trace, useNow } from '@latido/react';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { CallState } from '../../app/api.ts';
import { Button } from '../../ui/button.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { StatusBadge } from '../calls/calls-page.tsx';
import s from './admin.module.css';
import { proofOf, useBeats, type Beats } from './use-beats.ts';

function Elapsed({ call }: { call: CallState }): JSX.Element {
  const now = useNow(1_000, call.meter?.running === true);
  // Rows are a poll apart and each says by its own clock when it was said: no offset is needed for a figure in seconds.
  return (
    <span className="digits">{formatClock(call.meter ? elapsedOf(call.meter, now) : call.billableMs)}</span>
  );
}

function People({ call }: { call: CallState }): JSX.Element {
  const t = useTranslations('calls');
  const names = [...call.people]
    .sort((a, b) => Number(b.role === 'payer') - Number(a.role === 'payer'))
    .map((person) => person.name);
  return (
    <div className={s['people']}>
      <span className="digits small muted">{call.roomName}</span>
      <Link to="/calls/$callId" params={{ callId: call.callId }}>
        <strong>{names.join(' → ') || t('nobody')}</strong>
      </Link>
    </div>
  );
}

/** Every call of this moment, a row each, with its trace and its state by colour and word. */
export function LiveCalls({
  calls,
  frozenAt,
  onWatch,
}: {
  calls: readonly CallState[];
  frozenAt?: number;
  onWatch?: (callId: string) => void;
}): JSX.Element {
  const t = useTranslations('admin');
  const beats = useBeats(calls);
  const columns = [...useFigures(beats, frozenAt), ...useWatching(onWatch)];
  return (
    <Table
      caption={t('title')}
      columns={columns}
      rows={calls}
      keyOf={(call) => call.callId}
      rowTestId="live-call-row"
    />
  );
}

/** The way to look at a call from near, where the page has one. */
function useWatching(onWatch: ((callId: string) => void) | undefined): Column<CallState>[] {
  const t = useTranslations('watch');
  if (!onWatch) return [];
  const cell = (call: CallState): JSX.Element => (
    <Button
      aria-label={t('watchOf', { names: call.people.map(({ name }) => name).join(', ') })}
      onPress={() => onWatch(call.callId)}
      data-testid="watch-call"
    >
      {t('watch')}
    </Button>
  );
  return [{ id: 'watch', heading: t('watch'), atEnd: true, line: 1, cell }];
}

function useFigures(beats: Beats, frozenAt: number | undefined): Column<CallState>[] {
  const t = useTranslations('admin');
  return [
    { id: 'call', heading: t('call'), line: 1, cell: (call) => <People call={call} /> },
    {
      id: 'signs',
      heading: t('signs'),
      line: 2,
      cell: (call) => (
        <Trace
          beats={beats.get(call.callId) ?? []}
          lastProofAt={proofOf(call)}
          windowMs={20_000}
          width={140}
          frozenAt={frozenAt}
        />
      ),
    },
    {
      id: 'elapsed',
      heading: t('elapsed'),
      atEnd: true,
      line: 2,
      sortBy: (call) => call.billableMs,
      cell: (call) => <Elapsed call={call} />,
    },
    {
      id: 'coins',
      heading: t('coins'),
      atEnd: true,
      line: 2,
      isNamed: true,
      sortBy: (call) => call.coins,
      cell: (call) => <span className="digits">{call.coins}</span>,
    },
    {
      id: 'state',
      heading: t('state'),
      atEnd: true,
      line: 1,
      sortBy: (call) => call.status,
      cell: (call) => <StatusBadge call={call} />,
    },
  ];
}
