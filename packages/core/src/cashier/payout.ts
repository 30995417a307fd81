/** Where a payout is. */
export type PayoutStatus = 'requested' | 'sent' | 'paid' | 'returned';

/** What the desk does with it. */
export type PayoutStep = Exclude<PayoutStatus, 'requested'>;

/** From where each step may come: a bank may send back what it said was paid. */
const FROM: Readonly<Record<PayoutStep, readonly PayoutStatus[]>> = {
  sent: ['requested'],
  paid: ['requested', 'sent'],
  returned: ['requested', 'sent', 'paid'],
};

/** Whether a step may be taken; `same` where it was taken already (CASH-5). */
export function payoutStep(from: PayoutStatus, step: PayoutStep): 'taken' | 'same' | 'refused' {
  if (from === step) return 'same';
  return FROM[step].includes(from) ? 'taken' : 'refused';
}
