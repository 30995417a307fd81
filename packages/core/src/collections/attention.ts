import { daysBetween, type Day } from './days.ts';

/** One part of a credit. Amounts in minor units. */
export interface Installment {
  readonly dueOn: Day;
  readonly amount: bigint;
}

/** What attention is reckoned from. */
export interface CreditTerms {
  readonly principal: bigint;
  readonly endsOn: Day;
  /** By due day; empty for a credit that is due as a whole. */
  readonly installments: readonly Installment[];
  /** Payments minus reversals. */
  readonly paid: bigint;
  readonly isActive: boolean;
}

/** Why a credit needs somebody on a day. */
export interface Attention {
  readonly reason: 'overdue' | 'soon';
  /** How long it has been due, or how soon it will be. */
  readonly days: number;
  readonly dueOn: Day;
  readonly amountDue: bigint;
}

/** What is still to be paid of each installment, in order (COLL-1). */
export function unpaidOf({ installments, paid }: Pick<CreditTerms, 'installments' | 'paid'>): Installment[] {
  let left = paid;
  return installments.map(({ dueOn, amount }) => {
    const part = left < amount ? (left > 0n ? left : 0n) : amount;
    left -= part;
    return { dueOn, amount: amount - part };
  });
}

/** The day on which something is due next; null when nothing is (COLL-2). */
export function nextDueOn(terms: CreditTerms): Day | null {
  if (!terms.isActive || terms.paid >= terms.principal) return null;
  return unpaidOf(terms).find(({ amount }) => amount > 0n)?.dueOn ?? terms.endsOn;
}

/** Whether a credit needs somebody on this day, and why (COLL-3, COLL-4). */
export function attentionOn(day: Day, soonDays: number, terms: CreditTerms): Attention | null {
  const dueOn = nextDueOn(terms);
  if (dueOn === null) return null;
  const days = daysBetween(day, dueOn);
  if (days > soonDays) return null;
  const reason = days < 0 ? 'overdue' : 'soon';
  return { reason, days: Math.abs(days), dueOn, amountDue: amountDue(day, dueOn, terms) };
}

/** Whether a credit is being paid off, was, or is closed; what it is closed as stays (COLL-12). */
export function statusOf<Closed extends string>(
  { principal, paid }: Pick<CreditTerms, 'principal' | 'paid'>,
  closedAs: Closed | null,
): Closed | 'active' | 'paid' {
  if (closedAs !== null) return closedAs;
  return paid >= principal ? 'paid' : 'active';
}

/**
 * Which installments make up the amount due: numbers from 1, the first and the last; null where nothing is due or there are none.
 */
export function partsDue(
  attention: Attention | null,
  day: Day,
  terms: CreditTerms,
): { from: number; to: number; of: number } | null {
  const { installments } = terms;
  if (attention === null || installments.length === 0) return null;
  const isDue = ({ dueOn }: Installment): boolean =>
    attention.reason === 'overdue' ? dueOn < day : dueOn <= attention.dueOn;
  const numbers = unpaidOf(terms).flatMap((part, at) => (part.amount > 0n && isDue(part) ? [at + 1] : []));
  const [from] = numbers;
  return from === undefined ? null : { from, to: numbers.at(-1) ?? from, of: installments.length };
}

function amountDue(day: Day, dueOn: Day, terms: CreditTerms): bigint {
  const balance = terms.principal - terms.paid;
  if (terms.installments.length === 0 || day > terms.endsOn) return balance;
  // What is soon is due with the next installment; what is overdue, with all before today.
  const until = dueOn < day ? day : dueOn;
  return unpaidOf(terms)
    .filter((part) => (dueOn < day ? part.dueOn < day : part.dueOn <= until))
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** What is wrong with installments, in words; null when they fit the credit (COLL-6). */
export function faultOfInstallments(
  principal: bigint,
  installments: readonly Installment[],
  endsOn: Day,
): string | null {
  if (installments.length === 0) return null;
  const sum = installments.reduce((total, { amount }) => total + amount, 0n);
  if (sum !== principal) return `the installments add up to ${sum}, the amount is ${principal}`;
  const late = installments.find(({ dueOn }, at) => dueOn < (installments[at - 1]?.dueOn ?? ''));
  if (late) return `the installment of ${late.dueOn} comes after a later one`;
  const last = installments.at(-1)?.dueOn ?? endsOn;
  return last > endsOn ? `the installment of ${last} is due after the end, ${endsOn}` : null;
}
