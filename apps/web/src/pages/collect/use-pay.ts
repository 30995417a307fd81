import { useQueryClient } from '@tanstack/react-query';
import { useLocale, useTranslations } from 'use-intl';
import { amountText } from '../../app/amounts.ts';
import { readAnew, reversePayment, useChanges, type Credit } from '../../app/collections.ts';
import { useSentence } from '../../app/sentence.ts';
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
  const sentence = useSentence();
  const toast = useToast();
  const undo = async (id: string): Promise<void> => {
    try {
      // What has not left this device is simply not sent.
      if (!drop(id)) await reversePayment(id, t('undoReason'));
      toast({ text: t('undone') });
    } catch (error) {
      toast({ text: sentence(error), tone: 'danger' });
    }
    await readAnew(client);
  };
  return async (paid) => {
    const id = changeId();
    const { name } = credit.debtor;
    const amount = amountText(locale, paid.amount, credit.currency);
    const outcome = await add({
      id,
      path: '/api/v1/payments',
      body: { id, creditId: credit.id, ...paid },
      creditId: credit.id,
      label: `${name}, ${amount}`,
    });
    if (outcome !== 'refused') {
      const text = t(outcome === 'sent' ? 'recorded' : 'keptOffline', { amount, name });
      toast({ text, shownMs: UNDO_MS, action: { label: t('undo'), onPress: () => void undo(id) } });
    }
    await readAnew(client);
  };
}
