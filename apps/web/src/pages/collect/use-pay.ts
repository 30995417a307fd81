import { useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { amountText } from '../../app/amounts.ts';
import type { Change } from '../../app/change-queue.ts';
import { readAnew, useChanges, type Credit } from '../../app/collections.ts';
import { useToast } from '../../ui/toast.tsx';
import { changeId } from './numbers.ts';

/** So long a payment can be taken back with one press. */
const UNDO_MS = 10_000;

/** What a payment says. */
export interface Paid {
  readonly amount: number;
  readonly paidAt: string;
  readonly method: string;
}

/** Records a payment, also without a network, and offers to take it back. */
export function usePay(credit: Credit): (paid: Paid) => Promise<void> {
  const t = useTranslations('collect');
  const locale = useLocale();
  const client = useQueryClient();
  const { add, drop } = useChanges();
  const toast = useToast();
  const undo = async ({ id, label }: Pick<Change, 'id' | 'label'>): Promise<void> => {
    // What has not left this device is simply not sent. What has may have arrived, whatever came back: it is taken back behind itself.
    const outcome = drop(id)
      ? 'sent'
      : await add({
          id: changeId(),
          path: `/api/v1/payments/${id}/reverse`,
          body: { reason: t('undoReason') },
          creditId: credit.id,
          label: `${t('undo')}: ${label}`,
          overBy: ['payment.reversed', 'payment.not_found'],
        });
    if (outcome !== 'refused') toast({ text: t(outcome === 'sent' ? 'undone' : 'undoKept') });
    await readAnew(client);
  };
  return async (paid) => {
    const id = changeId();
    const { name } = credit.debtor;
    const amount = amountText(locale, paid.amount, credit.currency);
    const change = { id, creditId: credit.id, label: `${name}, ${amount}` };
    const outcome = await add({
      ...change,
      path: '/api/v1/payments',
      body: { id, creditId: credit.id, ...paid },
    });
    if (outcome !== 'refused') {
      const text = t(outcome === 'sent' ? 'recorded' : 'keptOffline', { amount, name });
      toast({ text, shownMs: UNDO_MS, action: { label: t('undo'), onPress: () => void undo(change) } });
    }
    await readAnew(client);
  };
}
