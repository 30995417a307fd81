import { z } from 'zod';
import { Instant, page } from './calls.ts';
import { CalendarDay, ClientId, Credit, Debtor, Payment } from './collections.ts';

/** Money of one currency, in minor units. */
export const Sum = z.object({ currency: z.string(), amount: z.number().int() });
export type Sum = z.infer<typeof Sum>;

/** A debtor as a list shows them. */
export const DebtorListed = Debtor.extend({
  /** Credits that are not paid, written off or cancelled. */
  credits: z.number().int(),
  /** What is owed on all of them; below zero, and where more was paid than owed, the lender owes it. */
  owes: z.array(Sum),
});
export type DebtorListed = z.infer<typeof DebtorListed>;
/** `GET /api/v1/debtors`. */
export const Debtors = page(DebtorListed);

/** Query of `GET /api/v1/debtors`, by name. */
export const DebtorsQuery = z.object({
  /** A part of the name, a phone number, or an id. */
  q: z.string().trim().max(200).optional(),
  zone: z.string().max(100).optional(),
  /** Only of this collector; `none`: of nobody. */
  collectorId: z.string().max(200).optional(),
  cursor: z.string().max(600).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type DebtorsQuery = z.infer<typeof DebtorsQuery>;

/** Body of `POST /api/v1/credits/{id}/close`. */
export const CloseCredit = z.strictObject({
  /** `written_off`: it is owed and will not be asked for; `cancelled`: it should not have been there. */
  as: z.enum(['written_off', 'cancelled']),
  reason: z.string().trim().min(1).max(500),
});
/** Body of `POST /api/v1/credits/{id}/reopen`. */
export const ReopenCredit = z.strictObject({ reason: z.string().trim().min(1).max(500) });

/** Query of `GET /api/v1/credits/{id}/after`. */
export const AfterPaymentQuery = z.object({
  /** In minor units. */
  amount: z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER),
});
/** What a payment would make of a credit. */
export const AfterPayment = Credit.pick({ balance: true, status: true, attention: true }).extend({
  /** What is due next then, and how much of it; null when nothing is. */
  next: z.object({ dueOn: CalendarDay, amount: z.number().int() }).nullable(),
});
export type AfterPayment = z.infer<typeof AfterPayment>;

/** Body of `POST /api/v1/visits`. */
export const NewVisit = z.strictObject({
  creditId: z.string().min(1).max(200),
  /** `planned`: somebody means to go there; `done`: they were there; `promise`: the debtor says that they will pay on that day. */
  kind: z.enum(['planned', 'done', 'promise']),
  on: CalendarDay,
  note: z.string().trim().max(500).optional(),
  id: ClientId.optional(),
});
export type NewVisit = z.infer<typeof NewVisit>;
/** A visit, or a promise. */
export const Visit = z.object({
  id: z.string(),
  creditId: z.string(),
  kind: z.enum(['planned', 'done', 'promise']),
  on: CalendarDay,
  note: z.string().nullable(),
  by: z.string(),
  recordedAt: Instant,
});
export type Visit = z.infer<typeof Visit>;

/** Body of `POST /api/v1/assignments/many`: all of them or none. */
export const NewAssignments = z.strictObject({
  debtorIds: z.array(z.string().min(1).max(200)).min(1).max(1_000),
  collectorId: z.string().min(1).max(200),
});
export type NewAssignments = z.infer<typeof NewAssignments>;
/** How many were given, and how many of them that collector had already. */
export const AssignedMany = z.object({ assigned: z.number().int(), unchanged: z.number().int() });

/** Query of `GET /api/v1/payments`, the newest first. */
export const PaymentsQuery = z.object({
  /** Recorded by this person; a collector sees only their own. */
  by: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type PaymentsQuery = z.infer<typeof PaymentsQuery>;
/** A payment as a list shows it. */
export const PaymentListed = Payment.omit({ balance: true }).extend({
  debtor: z.object({ id: z.string(), name: z.string() }),
});
export type PaymentListed = z.infer<typeof PaymentListed>;
/** `GET /api/v1/payments`. */
export const Payments = page(PaymentListed);

/** What somebody has to collect, and has collected. Days and months are the lender's. */
export const CollectorShown = z.object({
  /** Null: debtors whom nobody collects from. */
  collectorId: z.string().nullable(),
  name: z.string().nullable(),
  debtors: z.number().int(),
  /** Active ones. */
  credits: z.number().int(),
  overdue: z.number().int(),
  /** What of the overdue ones should have been paid by now. */
  overdueAmounts: z.array(Sum),
  collectedToday: z.array(Sum),
  collectedThisMonth: z.array(Sum),
});
export type CollectorShown = z.infer<typeof CollectorShown>;

/** `GET /api/v1/collections/overview`. */
export const CollectionsOverview = z.object({
  today: CalendarDay,
  /** When credits were looked at last, and will be next; null before the first time. */
  checkedAt: Instant.nullable(),
  nextCheckAt: Instant.nullable(),
  /** A collector sees their own line only. */
  collectors: z.array(CollectorShown),
  /** What was collected on each of the last 30 days, oldest first; days without anything are left out. */
  days: z.array(Sum.extend({ day: CalendarDay })),
});
export type CollectionsOverview = z.infer<typeof CollectionsOverview>;
