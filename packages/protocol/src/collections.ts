import { z } from 'zod';
import { GivenInstant, Instant, page } from './calls.ts';

/** An amount in minor units (cents), a whole number above zero. */
export const Amount = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
/** A day of the calendar, `2026-01-05`. */
export const CalendarDay = z.iso.date().refine((day) => !day.startsWith('0000'), 'there is no year 0');
/** ISO 4217, e.g. `COP`. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'a currency is three capital letters (ISO 4217), e.g. COP');

const Name = z.string().trim().min(1).max(200);
const ExternalId = z.string().trim().min(1).max(200);

/** Made by the client, so that what was sent twice is one. */
export const ClientId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'an id is 1 to 64 of A-Z a-z 0-9 _ -');

/** Body of `POST /api/v1/debtors`. */
export const NewDebtor = z.strictObject({
  name: Name,
  phone: z.string().trim().max(40).optional(),
  zone: z.string().trim().max(100).optional(),
  externalId: ExternalId.optional(),
});
export type NewDebtor = z.infer<typeof NewDebtor>;

/** Who owes credits. */
export const Debtor = z.object({
  id: z.string(),
  externalId: z.string().nullable(),
  name: z.string(),
  phone: z.string().nullable(),
  zone: z.string().nullable(),
  /** The person who collects from them now. */
  collectorId: z.string().nullable(),
});
export type Debtor = z.infer<typeof Debtor>;

/** One part of a credit. */
const NewInstallment = z.strictObject({ dueOn: CalendarDay, amount: Amount });

/** Body of `POST /api/v1/credits`; amounts in minor units. */
export const NewCredit = z.strictObject({
  /** Our id of the debtor, or the team's own. */
  debtorId: z.string().min(1).max(200),
  amount: Amount,
  currency: Currency,
  endDate: CalendarDay,
  /** In order, adding up to the amount; without them it is due as a whole on its end date. */
  installments: z.array(NewInstallment).max(600).optional(),
  externalId: ExternalId.optional(),
});
export type NewCredit = z.infer<typeof NewCredit>;

/** Why a credit needs somebody today. */
export const CreditAttention = z.object({
  reason: z.enum(['overdue', 'soon']),
  /** How long it has been due, or how soon it will be. */
  days: z.number().int(),
  dueOn: CalendarDay,
  amountDue: z.number().int(),
});

/** A credit as a list shows it. */
export const Credit = z.object({
  id: z.string(),
  externalId: z.string().nullable(),
  debtor: Debtor,
  amount: z.number().int(),
  currency: z.string(),
  /** Still to be paid; below zero it is what the lender owes the debtor. */
  balance: z.number().int(),
  endDate: CalendarDay,
  status: z.enum(['active', 'paid', 'written_off', 'cancelled']),
  nextDueOn: CalendarDay.nullable(),
  attention: CreditAttention.nullable(),
  /** The day on which the debtor said that they would pay; null once they have paid something. */
  promisedOn: CalendarDay.nullable(),
  /** Which of its installments are unpaid and due by the day of its attention: the first and the last, and of how many. */
  parts: z.object({ from: z.number().int(), to: z.number().int(), of: z.number().int() }).nullable(),
});
export type Credit = z.infer<typeof Credit>;

/** How it was paid. */
export const PaymentMethod = z.enum(['cash', 'transfer', 'card']);

/** A payment, or one that was taken back. */
export const Payment = z.object({
  id: z.string(),
  creditId: z.string(),
  amount: z.number().int(),
  currency: z.string(),
  paidAt: Instant,
  method: PaymentMethod.nullable(),
  /** Who recorded it. */
  by: z.string(),
  recordedAt: Instant,
  reversedAt: Instant.nullable(),
  /** Of the credit, after it. */
  balance: z.number().int(),
});
export type Payment = z.infer<typeof Payment>;

/** `GET /api/v1/credits/{id}`: with its installments, payments and history, oldest first. */
export const CreditShown = Credit.extend({
  installments: z.array(z.object({ dueOn: CalendarDay, amount: z.number().int(), unpaid: z.number().int() })),
  payments: z.array(Payment.omit({ balance: true })),
  events: z.array(
    z.object({
      at: Instant,
      by: z.string(),
      /** Null for an API key. */
      byName: z.string().nullable(),
      what: z.string(),
      detail: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type CreditShown = z.infer<typeof CreditShown>;

/** Query of `GET /api/v1/credits`, what is due first first. */
export const CreditsQuery = z.object({
  attention: z.enum(['overdue', 'soon']).optional(),
  /** Only of this collector, by our id or the team's; `none`: of debtors whom nobody collects from. */
  collectorId: z.string().max(200).optional(),
  zone: z.string().max(100).optional(),
  /** Only of this debtor, by our id or the team's. */
  debtorId: z.string().max(200).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type CreditsQuery = z.infer<typeof CreditsQuery>;
/** `GET /api/v1/credits`. */
export const Credits = page(Credit);

/** Body of `POST /api/v1/assignments`. */
export const NewAssignment = z.strictObject({
  debtorId: z.string().min(1).max(200),
  /** A person with the role collector, by our id or the team's own. */
  collectorId: z.string().min(1).max(200),
});
export type NewAssignment = z.infer<typeof NewAssignment>;
/** Answer of `POST /api/v1/assignments`. */
export const Assignment = z.object({
  debtorId: z.string(),
  collectorId: z.string(),
  since: Instant,
  /** Who collected from them until then. */
  previous: z.string().nullable(),
});
export type Assignment = z.infer<typeof Assignment>;

/** Body of `POST /api/v1/payments`. */
export const NewPayment = z.strictObject({
  creditId: z.string().min(1).max(200),
  amount: Amount,
  /** An instant, or a day alone: then it counts on that day of the lender's. */
  paidAt: z.union([GivenInstant, CalendarDay], 'an instant (ISO 8601 with `Z` or an offset), or a day'),
  id: ClientId.optional(),
  method: PaymentMethod.optional(),
});
export type NewPayment = z.infer<typeof NewPayment>;

/** Body of `POST /api/v1/payments/{id}/reverse`. */
export const ReversePayment = z.strictObject({ reason: z.string().trim().min(1).max(500) });

/** Body of `POST /api/v1/collections/check`. */
export const CheckAttention = z.strictObject({
  /** Reckon as if it were this instant; the days around it are reckoned too, so that the first and the last year are left out. */
  at: GivenInstant.refine(
    (at) => !/^(0001|9999)/.test(at),
    'the first and the last year cannot be reckoned',
  ).optional(),
  /** Count, and tell nobody. */
  dryRun: z.boolean().optional(),
});

/** What a check did. */
export const AttentionChecked = z.object({
  /** Credits with something due until then. */
  looked: z.number().int(),
  /** Of them, those that need somebody. */
  found: z.number().int(),
  /** Collectors' notices that were written now. */
  told: z.number().int(),
  /** Told before on that day. */
  skipped: z.number().int(),
  /** Needing somebody, of debtors whom nobody collects from. */
  unassigned: z.number().int(),
});
export type AttentionChecked = z.infer<typeof AttentionChecked>;
