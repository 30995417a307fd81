import { sql } from 'kysely';
import type { Tx } from '../platform/index.ts';
import { newId } from '../platform/index.ts';

/** An entry that is no charge. */
export interface NewEntry {
  readonly kind: 'chargeback' | 'expiry' | 'payout' | 'refund';
  /** Names this entry for ever: written again it is the same one. */
  readonly idemKey: string;
  readonly actor: string;
  readonly memo?: string | null;
}

/** What an entry moves, by account; above zero it increases the account. They add up to zero. */
export type Amounts = readonly (readonly [accountId: string, amount: bigint])[];

/** Waits for whoever moves these accounts; call it before the statement that reads what they have. */
export async function lockBalances(tx: Tx, accountIds: readonly string[]): Promise<void> {
  await sql`select ledger.lock_balances(${[...accountIds]}::text[])`.execute(tx);
}

/** Writes an entry with what it moves, and gives its number; null when it is there already. */
export async function writeEntry(tx: Tx, entry: NewEntry, amounts: Amounts): Promise<bigint | null> {
  const { kind, idemKey, actor, memo = null } = entry;
  const { rows } = await sql<{ no: bigint }>`
    insert into ledger.journal (id, kind, idem_key, occurred_at, actor, memo)
    values (${newId('journal')}, ${kind}, ${idemKey}, clock_timestamp(), ${actor}, ${memo})
    on conflict (idem_key) where idem_key is not null do nothing returning no`.execute(tx);
  const [written] = rows;
  if (!written) return null;
  await move(tx, written.no, amounts);
  return written.no;
}

/** Posts what an entry moves, and keeps the balances of those accounts that have one. */
export async function move(tx: Tx, journalNo: bigint, amounts: Amounts): Promise<void> {
  const moved = amounts.filter(([, amount]) => amount !== 0n);
  const ids = moved.map(([accountId]) => accountId);
  const coins = moved.map(([, amount]) => amount);
  await sql`insert into ledger.posting (journal_no, account_no, amount)
    select ${journalNo}::bigint, (select a.no from ledger.account a where a.id = m.account), m.amount
      from unnest(${ids}::text[], ${coins}::bigint[]) as m (account, amount)`.execute(tx);
  await sql`update ledger.balance b set posted = b.posted + m.amount
    from unnest(${ids}::text[], ${coins}::bigint[]) as m (account, amount) where b.account_id = m.account`.execute(
    tx,
  );
}
