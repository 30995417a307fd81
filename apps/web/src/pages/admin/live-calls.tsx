import { elapsedOf, formatClock, Trace, useNow } from '@latido/react';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { CallState } from '../../app/api.ts';
import { Table, type Column } from '../../ui/table.tsx';
import { StatusBadge } from '../calls/calls-page.tsx';
import s from './admin.module.css';
import { proofOf, useBeats } from './use-beats.ts';

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
}: {
  calls: readonly CallState[];
  frozenAt?: number;
}): JSX.Element {
  const t = useTranslations('admin');
  const beats = useBeats(calls);
  const columns: Column<CallState>[] = [
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
