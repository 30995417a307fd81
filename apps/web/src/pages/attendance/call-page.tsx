import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import { useFormatter, useTranslations } from 'use-intl';
import { callAt, callQuery, receiptsQuery, useMe, type CallState } from '../../app/api.ts';
import { Page } from '../../ui/layout.tsx';
import { Empty, Failure, Loading, LoadingPage } from '../../ui/states.tsx';
import { StatusBadge, isCounting, othersIn } from '../calls/calls-page.tsx';
import s from './attendance.module.css';
import { Receipt } from './receipt.tsx';
import { Exports, Record } from './record.tsx';
import { Tested } from './tested.tsx';

const COUNTING_MS = 5_000;

/** The receipt of a call that somebody paid, once the two have met; in a group, to who earns, one of each who paid. */
function PaidReceipt({ call }: { call: CallState }): JSX.Element {
  const receipt = useQuery({
    ...receiptsQuery(call.callId),
    refetchInterval: call.settled ? false : COUNTING_MS,
  });
  if (receipt.isLoadingError) return <Failure error={receipt.error} onRetry={() => void receipt.refetch()} />;
  if (receipt.isPending) return <Loading />;
  const { items } = receipt.data;
  if (items.length < 2) return <>{items[0] && <Receipt call={call} receipt={items[0]} />}</>;
  const nameOf = (payerId: string) =>
    call.people.find(({ personId }) => personId === payerId)?.name ?? payerId;
  return (
    <>
      {items.map((each) => {
        const { billableMs, coins, payerId } = each;
        const own = { ...call, billableMs, coins };
        return <Receipt key={payerId} call={own} receipt={each} of={nameOf(payerId)} />;
      })}
    </>
  );
}

/** A call that was declined, given up or free has nothing to account for. */
const hasReceipt = ({ meter, startedAt }: CallState): boolean => meter !== null && startedAt !== null;

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
  if (found.isLoadingError) {
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
  const paid = hasReceipt(call);
  return (
    <Page
      eyebrow={`${from} · ${call.roomName}`}
      title={name === '' ? t('title') : t('callWith', { name })}
      actions={<Exports at={callAt(callId)} />}
    >
      {call.people.length === 0 ? <Empty title={t('empty')} text={t('emptyText')} /> : null}
      <p className={s['status']} data-testid="call-status">
        <StatusBadge call={call} />
      </p>
      {paid && <PaidReceipt call={call} />}
      <section className={s['section']}>
        <h2>{t('whoWas')}</h2>
        <Record at={callAt(callId)} live={call.status !== 'ended'} paidCall={paid ? callId : undefined} />
      </section>
      <Tested call={call} />
    </Page>
  );
}
