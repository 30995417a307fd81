import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callAt, callQuery, chargesQuery, useMe, type CallState, type Charge } from '../../app/api.ts';
import { Page } from '../../ui/layout.tsx';
import { Empty, Failure, Loading, LoadingPage } from '../../ui/states.tsx';
import { Table, type Column } from '../../ui/table.tsx';
import { StatusBadge, isCounting, othersIn } from '../calls/calls-page.tsx';
import s from './attendance.module.css';
import { Exports, Record } from './record.tsx';

const COUNTING_MS = 5_000;

/** What each unit cost, and the sum. */
function Receipt({ call }: { call: CallState }): JSX.Element {
  const t = useTranslations('attendance');
  const format = useFormatter();
  const charges = useQuery({
    ...chargesQuery(call.callId),
    refetchInterval: call.settled ? false : COUNTING_MS,
  });
  const columns: Column<Charge>[] = [
    { id: 'unit', heading: t('unit'), cell: (row) => <span className="digits">{row.unit}</span> },
    {
      id: 'due',
      heading: t('due'),
      cell: (row) => (
        <span className="digits">{format.dateTime(new Date(row.dueAt), { timeStyle: 'medium' })}</span>
      ),
    },
    {
      id: 'coins',
      heading: t('coins'),
      atEnd: true,
      cell: (row) => <span className="digits">{row.coins}</span>,
    },
  ];
  return (
    <section className={s['section']}>
      <h2>{t('receipt')}</h2>
      {charges.isError ? (
        <Failure error={charges.error} onRetry={() => void charges.refetch()} />
      ) : charges.isPending ? (
        <Loading />
      ) : charges.data.items.length === 0 ? (
        <p className="muted">{t('noCharges')}</p>
      ) : (
        <Table
          caption={t('receipt')}
          columns={columns}
          rows={charges.data.items}
          keyOf={(row) => String(row.unit)}
          rowTestId="charge-row"
        />
      )}
      {isCounting(call) && (
        <p role="status" className="muted" data-testid="counting">
          {t('counting')}
        </p>
      )}
      <p data-testid="receipt">
        {t('total')}: <strong className="digits">{call.coins}</strong>
      </p>
      {call.meter?.earned != null && (
        <p data-testid="receipt-earned">
          {t('earned')}: <strong className="digits">{call.meter.earned}</strong>
        </p>
      )}
    </section>
  );
}

/** A call that was, or is: who was there, and what it cost. */
export function CallPage(): JSX.Element {
  const t = useTranslations('attendance');
  const format = useFormatter();
  const { callId } = useParams({ from: '/calls/$callId' });
  const me = useMe();
  const found = useQuery({
    ...callQuery(callId),
    refetchInterval: ({ state }) => (state.data && isCounting(state.data) ? COUNTING_MS : false),
  });
  if (found.isPending) return <LoadingPage />;
  if (found.isError) {
    return (
      <Page>
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  }
  const call = found.data;
  const day = { dateStyle: 'medium', timeStyle: 'short' } as const;
  const from = format.dateTime(new Date(call.startedAt ?? call.createdAt), day);
  const name = othersIn(call, me);
  return (
    <Page
      eyebrow={`${from} · ${call.roomName}`}
      title={name === '' ? t('title') : t('titleOf', { name })}
      actions={<Exports at={callAt(callId)} />}
    >
      {call.people.length === 0 ? <Empty title={t('empty')} text={t('emptyText')} /> : null}
      <p className={s['status']} data-testid="call-status">
        <StatusBadge call={call} />
      </p>
      <Record at={callAt(callId)} live={call.status !== 'ended'} />
      <Receipt call={call} />
    </Page>
  );
}
