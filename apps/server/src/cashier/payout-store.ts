import type { PayoutStatus } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A payout as it is stored. */
export interface PayoutRow {
  readonly id: string;
  readonly personId: string;
  readonly coins: bigint;
  readonly status: PayoutStatus;
  readonly reason: string | null;
  readonly requestedAt: Date;
  readonly changedAt: Date;
}

const payout = sql`id, person_id as "personId", coins, status, reason, requested_at as "requestedAt",
  changed_at as "changedAt"`;

/** Locks one. */
export async function lockPayout(tx: Tx, id: string): Promise<PayoutRow | null> {
  const { rows } = await sql<PayoutRow>`
    select ${payout} from cashier.payout where id = ${id} for update`.execute(tx);
  return rows[0] ?? null;
}

/** The one that a person's key made. */
export async function payoutByKey(db: DbOrTx, personId: string, key: string): Promise<PayoutRow | null> {
  const { rows } = await sql<PayoutRow>`
    select ${payout} from cashier.payout where person_id = ${personId} and idem_key = ${key}`.execute(db);
  return rows[0] ?? null;
}

/** Payouts, the latest first: of one person, or of all. */
export async function payoutsOf(
  db: DbOrTx,
  of: {
    personId: string | null;
    status: PayoutStatus | undefined;
    before: string | undefined;
    limit: number;
  },
): Promise<PayoutRow[]> {
  const { rows } = await sql<PayoutRow>`
    select ${payout} from cashier.payout
     where (${of.personId}::text is null or person_id = ${of.personId}::text)
       and (${of.status ?? null}::text is null or status = ${of.status ?? null}::text)
       and (${of.before ?? null}::text is null or id < ${of.before ?? null}::text)
     order by id desc limit ${of.limit}`.execute(db);
  return rows;
}

/** Writes a new one. */
export async function insertPayout(tx: Tx, made: PayoutRow, key: string | undefined): Promise<void> {
  await sql`insert into cashier.payout (id, person_id, coins, idem_key, requested_at, changed_at, changed_by)
    values (${made.id}, ${made.personId}, ${made.coins}, ${key ?? null}, ${made.requestedAt}, ${made.changedAt},
      ${made.personId})`.execute(tx);
}

/** Writes the step that the desk took. */
export async function writeStep(tx: Tx, after: PayoutRow, byId: string): Promise<void> {
  await sql`update cashier.payout set status = ${after.status}, reason = ${after.reason}, changed_at = ${after.changedAt},
      changed_by = ${byId} where id = ${after.id}`.execute(tx);
}
