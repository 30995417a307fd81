import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { newId } from '../platform/index.ts';
import { openAccount } from './accounts.ts';
import { PRIORITY } from './credit.ts';
import { lockBalances, writeEntry } from './move.ts';

/** Coins that were bought, and whose money was given back or is disputed; or that are given again. */
export interface Bought {
  readonly personId: string;
  readonly coins: bigint;
  /** How many of them were paid for; the others were a bonus. */
  readonly paidFor: bigint;
  readonly idemKey: string;
  readonly memo: string;
  /** The lots that they came in with: these go first. */
  readonly lotIds: readonly string[];
}

/**
 * Takes bought coins back: out of the wallet as far as they are there and not held, and the rest is a debt (CASH-6).
 * Once under its key.
 */
export async function takeBackBought(tx: Tx, of: Bought): Promise<void> {
  const wallet = await openAccount(tx, of.personId, 'wallet');
  const debt = await openAccount(tx, of.personId, 'dispute_receivable');
  await lockBalances(tx, [wallet, debt]);
  const { rows } = await sql<{ spare: bigint }>`
    select greatest(0, posted - held - floor) as spare from ledger.balance where account_id = ${wallet}`.execute(
    tx,
  );
  const spare = rows[0]?.spare ?? 0n;
  const taken = spare < of.coins ? spare : of.coins;
  const written = await writeEntry(tx, entryOf(of), [
    [wallet, -taken],
    [debt, taken - of.coins],
    ['account_cash', of.paidFor],
    ['account_platform', of.coins - of.paidFor],
  ]);
  if (written !== null && taken > 0n)
    await useLots(tx, { wallet, journalNo: written, coins: taken, first: of.lotIds });
}

/** Gives them again, as a new lot; what became a debt is paid first. Once under its key. */
export async function giveBoughtAgain(tx: Tx, of: Bought): Promise<void> {
  const wallet = await openAccount(tx, of.personId, 'wallet');
  const debt = await openAccount(tx, of.personId, 'dispute_receivable');
  await lockBalances(tx, [wallet, debt]);
  const { rows } = await sql<{ owed: bigint }>`
    select greatest(0, -posted) as owed from ledger.balance where account_id = ${debt}`.execute(tx);
  const owed = rows[0]?.owed ?? 0n;
  const settled = owed < of.coins ? owed : of.coins;
  const given = of.coins - settled;
  const written = await writeEntry(tx, entryOf(of), [
    [wallet, given],
    [debt, settled],
    ['account_cash', -of.paidFor],
    ['account_platform', of.paidFor - of.coins],
  ]);
  if (written === null || given === 0n) return;
  await sql`insert into ledger.credit_lot (id, account_id, kind, priority, amount)
    values (${newId('lot')}, ${wallet}, 'purchased', ${PRIORITY.purchased}, ${given})`.execute(tx);
}

function entryOf({ idemKey, memo }: Bought) {
  return { kind: 'chargeback', idemKey, memo, actor: 'system' } as const;
}

/** Uses lots up: these first, then as any coins are used. */
async function useLots(
  tx: Tx,
  of: { wallet: string; journalNo: bigint; coins: bigint; first: readonly string[] },
): Promise<void> {
  await sql`
    with have as (
      select no, sum(amount - used) over w - (amount - used) as lo, sum(amount - used) over w as hi
        from ledger.credit_lot where account_id = ${of.wallet} and not spent
      window w as (order by id <> all(${[...of.first]}::text[]), priority desc, expires_at nulls last, id)
    ), part as materialized (
      select no, (least(hi, ${of.coins}::bigint) - lo)::bigint as coins from have where lo < ${of.coins}::bigint
    ), noted as (
      insert into ledger.lot_use (journal_no, lot_no, amount) select ${of.journalNo}::bigint, no, coins from part
    )
    update ledger.credit_lot l set used = l.used + part.coins from part where l.no = part.no`.execute(tx);
}
