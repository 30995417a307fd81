import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { openAccount, walletOf } from './accounts.ts';
import { lockBalances } from './move.ts';

/**
 * A price that is agreed on before anything happens: held now, charged or given back once. It is held as a meter's next
 * unit is, under an id of a meter that nobody runs (`meter_…`), so that holds, lots and charges have one way.
 */
export interface Reservation {
  readonly id: string;
  readonly payerId: string;
  readonly earnerId: string;
}

/** Holds coins, if they are there: of several who ask at once each sees what the others hold. */
export async function reserve(
  tx: Tx,
  of: Reservation & { coins: bigint; at: Date },
): Promise<{ isHeld: boolean; available: bigint }> {
  const unit = { coins: of.coins, share: 0n, at: of.at };
  const done = await post(tx, of, { unit, isNext: true });
  const available = (await walletOf(tx, of.payerId))?.available ?? 0n;
  return { isHeld: done.lackingUnit === null, available };
}

/** Charges so much of what is held, once, and gives the rest back; nothing is charged twice, whatever is asked. */
export async function settleReserved(
  tx: Tx,
  of: Reservation & { coins: bigint; share: bigint; at: Date },
): Promise<void> {
  const unit = of.coins === 0n ? null : { coins: of.coins, share: of.share, at: of.at };
  await post(tx, of, { unit, isNext: false });
}

/** The only unit of a reservation. */
const UNIT = 1;

interface Posting {
  readonly unit: { coins: bigint; share: bigint; at: Date } | null;
  readonly isNext: boolean;
}

async function post(
  tx: Tx,
  { id, payerId, earnerId }: Reservation,
  { unit, isNext }: Posting,
): Promise<{ lackingUnit: number | null }> {
  const wallet = await openAccount(tx, payerId, 'wallet');
  const earner = await openAccount(tx, earnerId, 'earner');
  await lockBalances(tx, [wallet, earner]);
  const units = unit === null ? [] : [unit];
  const each = <T>(value: T): T[] => units.map(() => value);
  const { rows } = await sql<{ lackingUnit: number | null }>`
    select lacking_unit as "lackingUnit" from ledger.post_charges(
      ${[id]}::text[], ${[wallet]}::text[], ${[earner]}::text[], ${[!isNext]}::boolean[],
      ${each(id)}::text[], ${each(UNIT)}::int[], ${each(isNext)}::boolean[],
      ${units.map(({ at }) => at)}::timestamptz[], ${units.map(({ at }) => at)}::timestamptz[],
      ${units.map(({ coins }) => coins)}::bigint[], ${units.map(({ share }) => share)}::bigint[])`.execute(
    tx,
  );
  return rows[0] ?? { lackingUnit: null };
}
