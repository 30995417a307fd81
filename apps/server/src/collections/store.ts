import type { CreditTerms, Installment } from '@latido/core';
import { sql, type RawBuilder } from 'kysely';
import { problem, type DbOrTx, type Tx } from '../platform/index.ts';

/** A debtor with who collects from them now. */
export interface DebtorRow {
  id: string;
  externalId: string | null;
  name: string;
  phone: string | null;
  zone: string | null;
  collectorId: string | null;
}

/** A credit with its debtor. */
export interface CreditRow {
  id: string;
  externalId: string | null;
  principal: bigint;
  currency: string;
  endsOn: string;
  status: 'active' | 'paid' | 'written_off' | 'cancelled';
  paid: bigint;
  nextDueOn: string | null;
  promisedOn: string | null;
  /** What it was told of last, and to whom; see {@link markTold}. */
  toldOf: string | null;
  debtorId: string;
  debtorExternalId: string | null;
  debtorName: string;
  debtorPhone: string | null;
  debtorZone: string | null;
  collectorId: string | null;
}

const creditColumns = sql`c.id, c.external_id as "externalId", c.principal, c.currency, c.ends_on::text as "endsOn", c.status,
  c.paid, c.next_due_on::text as "nextDueOn", c.promised_on::text as "promisedOn", c.told_of as "toldOf", d.id as "debtorId", d.external_id as "debtorExternalId",
  d.name as "debtorName", d.phone as "debtorPhone", d.zone as "debtorZone", a.collector_id as "collectorId"`;

const creditJoin = sql`collections.credit c join collections.debtor d on d.id = c.debtor_id
  left join collections.assignment a on a.debtor_id = d.id and a.until is null`;

/** Of a collector, of debtors whom none of these (all who collect) has, or of all. */
export type Whose = string | { readonly noneOf: readonly string[] } | undefined;

/** Which credits, what is due first first. */
export interface CreditsAsked {
  readonly dueBefore?: string | undefined;
  readonly dueFrom?: string | undefined;
  readonly whose?: Whose;
  readonly zone?: string | undefined;
  readonly debtorId?: string | undefined;
  /** After this place: the day when it is due next (or none), and its id. */
  readonly after?: { readonly dueOn: string | null; readonly id: string } | undefined;
  readonly limit: number;
}

/** A sum of many amounts may be more than a number holds exactly: it is shown as the most that it does. */
export function shownSum(sum: RawBuilder<unknown>): RawBuilder<bigint> {
  return sql`greatest(least(${sum}, ${EXACT}::numeric), -${EXACT}::numeric)::bigint`;
}
const EXACT = String(Number.MAX_SAFE_INTEGER);
/** The same of what was added up here. */
export const shownNumber = (sum: bigint): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number(sum), Number.MAX_SAFE_INTEGER));

/** Days sort as text, and what is never due comes last. */
const NEVER = '9999-12-31';

/** Whose debtors are asked for; said so that the database finds them by its index, and not by looking at all. */
export function isOf(whose: Whose): RawBuilder<unknown> {
  if (whose === undefined) return sql`true`;
  if (typeof whose === 'string') return sql`a.collector_id = ${whose}::text`;
  return sql`(a.collector_id is null or a.collector_id <> all(${[...whose.noneOf]}::text[]))`;
}

/** A page of credits. */
export async function selectCredits(db: DbOrTx, of: CreditsAsked): Promise<CreditRow[]> {
  const { dueBefore = null, dueFrom = null, whose, zone = null, debtorId = null, after, limit } = of;
  const { rows } = await sql<CreditRow>`
    select ${creditColumns} from ${creditJoin}
    where (${dueBefore}::date is null or c.next_due_on < ${dueBefore}::date)
      and (${dueFrom}::date is null or c.next_due_on >= ${dueFrom}::date)
      and ${isOf(whose)}
      and (${zone}::text is null or d.zone = ${zone}::text)
      and (${debtorId}::text is null or d.id = ${debtorId} or d.external_id = ${debtorId})
      and (${after === undefined}::boolean
        or (coalesce(c.next_due_on, ${NEVER}::date), c.id) > (${after?.dueOn ?? NEVER}::date, ${after?.id ?? ''}::text))
    order by coalesce(c.next_due_on, ${NEVER}::date), c.id limit ${limit}`.execute(db);
  return rows;
}

/** Credits with something due before a day, a page after a place; by the index of what is due. */
export async function selectDue(
  db: DbOrTx,
  of: { before: string; after: { dueOn: string; id: string }; limit: number },
): Promise<CreditRow[]> {
  const { rows } = await sql<CreditRow>`
    select ${creditColumns} from ${creditJoin}
    where c.next_due_on < ${of.before}::date
      and (c.next_due_on, c.id) > (${of.after.dueOn}::date, ${of.after.id}::text)
    order by c.next_due_on, c.id limit ${of.limit}`.execute(db);
  return rows;
}

/** A credit by our id or the team's; null when there is none. */
export async function creditById(db: DbOrTx, id: string): Promise<CreditRow | null> {
  const { rows } = await sql<CreditRow>`
    select ${creditColumns} from ${creditJoin} where c.id = ${id} or c.external_id = ${id}
    order by c.id = ${id} desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/**
 * Locks a credit until the transaction ends and gives it as it is then.
 *
 * @throws credit.not_found
 */
export async function lockCredit(tx: Tx, id: string): Promise<CreditRow> {
  const known = await creditById(tx, id);
  if (!known) throw problem('credit.not_found', `There is no credit ${id.slice(0, 64)}.`);
  await sql`select c.id from collections.credit c where c.id = ${known.id} for update`.execute(tx);
  const now = await creditById(tx, known.id);
  // The import that made it was undone while the lock was waited for.
  if (now?.id !== known.id)
    throw problem('credit.not_found', `There is no credit ${id.slice(0, 64)} any more.`);
  return now;
}

/** A debtor by our id or the team's; null when there is none. */
export async function debtorById(db: DbOrTx, id: string): Promise<DebtorRow | null> {
  const { rows } = await sql<DebtorRow>`
    select d.id, d.external_id as "externalId", d.name, d.phone, d.zone, a.collector_id as "collectorId"
    from collections.debtor d left join collections.assignment a on a.debtor_id = d.id and a.until is null
    where d.id = ${id} or d.external_id = ${id} order by d.id = ${id} desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/**
 * Locks a debtor until the transaction ends and gives them as they are then; `share` where nobody may take them away, and no more.
 *
 * @throws debtor.not_found
 */
export async function lockDebtor(tx: Tx, id: string, how: 'update' | 'share' = 'update'): Promise<DebtorRow> {
  const known = await debtorById(tx, id);
  if (!known) throw problem('debtor.not_found', `There is no debtor ${id.slice(0, 64)}.`);
  await (
    how === 'update'
      ? sql`select d.id from collections.debtor d where d.id = ${known.id} for update`
      : sql`select d.id from collections.debtor d where d.id = ${known.id} for key share`
  ).execute(tx);
  const now = await debtorById(tx, known.id);
  if (now?.id !== known.id)
    throw problem('debtor.not_found', `There is no debtor ${id.slice(0, 64)} any more.`);
  return now;
}

/** Credits by our ids, in their order. */
export async function creditsByIds(db: DbOrTx, ids: readonly string[]): Promise<CreditRow[]> {
  const { rows } = await sql<CreditRow>`
    select ${creditColumns} from ${creditJoin} where c.id = any(${[...ids]}::text[]) order by c.id`.execute(
    db,
  );
  return rows;
}

/** Locks credits and those who owe them until the transaction ends: nobody pays them or gives them to somebody else meanwhile. */
export async function holdCredits(tx: Tx, ids: readonly string[]): Promise<void> {
  await sql`select d.id from collections.debtor d
    where d.id in (select c.debtor_id from collections.credit c where c.id = any(${[...ids]}::text[]))
    order by d.id for key share`.execute(tx);
  await sql`select c.id from collections.credit c where c.id = any(${[...ids]}::text[])
    order by c.id for no key update`.execute(tx);
}

/** The installments of credits, by due day; credits without any are left out. */
export async function installmentsOf(
  db: DbOrTx,
  creditIds: readonly string[],
): Promise<Map<string, Installment[]>> {
  const { rows } = await sql<{ credit_id: string; due_on: string; amount: bigint }>`
    select credit_id, due_on::text, amount from collections.installment
    where credit_id = any(${[...creditIds]}::text[]) order by credit_id, number`.execute(db);
  const found = new Map<string, Installment[]>();
  for (const { credit_id, due_on, amount } of rows)
    found.set(credit_id, [...(found.get(credit_id) ?? []), { dueOn: due_on, amount }]);
  return found;
}

/** What attention is reckoned from. */
export function termsOf(credit: CreditRow, installments: readonly Installment[] = []): CreditTerms {
  const { principal, endsOn, paid, status } = credit;
  return { principal, endsOn, paid, installments, isActive: status === 'active' };
}

/** Keeps what credits were told of, so that nobody's inbox is asked again on the same day. The inbox's key remains what counts. */
export async function markTold(tx: Tx, told: readonly { id: string; toldOf: string }[]): Promise<void> {
  await sql`update collections.credit c set told_of = r."toldOf"
    from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as r (id text, "toldOf" text) where c.id = r.id`.execute(
    tx,
  );
}

/** Writes that something happened to a credit. */
export async function writeEvent(
  tx: Tx,
  of: { creditId: string; at: Date; byId: string; what: string; detail?: Record<string, unknown> },
): Promise<void> {
  const { creditId, at, byId, what, detail = {} } = of;
  await sql`insert into collections.event (credit_id, at, by_id, what, detail)
    values (${creditId}, ${at}, ${byId}, ${what}, ${JSON.stringify(detail)}::jsonb)`.execute(tx);
}
