import { EARNING, PAYING } from '@latido/protocol';
import type { Role } from '@latido/protocol';
import { sql, type RawBuilder } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { newId } from '../platform/index.ts';

/** The accounts that people have. */
export type OwnedAccount = 'wallet' | 'earner' | 'payout' | 'dispute_receivable';

/** What an account has. `available` is what no hold has taken. */
export interface Balance {
  readonly accountId: string;
  readonly posted: bigint;
  readonly held: bigint;
  readonly available: bigint;
  readonly currency: string;
}

const NONE = -(2n ** 53n) + 1n;
/** An earner's share may be taken back after it was paid out, and a debt is below zero by its nature. */
const FLOORS: Readonly<Record<OwnedAccount, bigint>> = {
  wallet: 0n,
  earner: NONE,
  payout: 0n,
  dispute_receivable: NONE,
};

/** The account of a person, made when it is not there. */
export async function openAccount(tx: Tx, personId: string, kind: OwnedAccount): Promise<string> {
  const needed = { personId, kind };
  const id = (await openAccountsOf(tx, [needed])).get(accountKey(needed));
  if (id === undefined) throw new Error(`${personId} has no account (${kind})`);
  return id;
}

/** An account that somebody needs. */
export interface Needed {
  readonly personId: string;
  readonly kind: OwnedAccount;
}

/** The accounts of several people, made where they are not there, at once: their ids, by {@link accountKey}. */
export async function openAccountsOf(tx: Tx, needed: readonly Needed[]): Promise<Map<string, string>> {
  const found = await accountsOf(tx, needed);
  const missing = needed.filter((each) => !found.has(accountKey(each)));
  if (missing.length === 0) return found;
  const made = await makeAccounts(tx, missing);
  // What somebody else has made in the meantime is seen only by another statement.
  const others = missing.filter((each) => !made.has(accountKey(each)));
  if (others.length === 0) return new Map([...found, ...made]);
  await makeBalances(tx, others);
  return new Map([...found, ...made, ...(await accountsOf(tx, others))]);
}

/**
 * Makes accounts that are not there, and their balances: in one order, whoever else makes some of them meanwhile. Gives those that
 * were made here.
 */
async function makeAccounts(tx: Tx, needed: readonly Needed[]): Promise<Map<string, string>> {
  const each = new Map(needed.map((one) => [accountKey(one), one]));
  const sorted = [...each].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  const ids = sorted.map(() => newId('account'));
  const { owners, kinds, floors } = inColumns(sorted);
  const { rows } = await sql<Needed & { id: string }>`
    with made as (
      insert into ledger.account (id, kind, owner_id)
      select * from unnest(${ids}::text[], ${kinds}::text[], ${owners}::text[])
      on conflict (kind, coalesce(owner_id, ''), currency) do nothing returning id, kind, owner_id
    ), balances as (
      insert into ledger.balance (account_id, floor)
      select m.id, u.floor from made m join unnest(${ids}::text[], ${floors}::bigint[]) as u (id, floor) on u.id = m.id
    )
    select id, kind, coalesce(owner_id, '') as "personId" from made`.execute(tx);
  return new Map(rows.map((row) => [accountKey(row), row.id]));
}

/** Balances of accounts that lack one. */
async function makeBalances(tx: Tx, needed: readonly Needed[]): Promise<void> {
  const { owners, kinds, floors } = inColumns(needed);
  await sql`insert into ledger.balance (account_id, floor)
    select a.id, u.floor from unnest(${kinds}::text[], ${owners}::text[], ${floors}::bigint[]) as u (kind, owner_id, floor)
      join ledger.account a on a.owner_id = u.owner_id and a.kind = u.kind and a.currency = 'COIN' order by a.id
    on conflict do nothing`.execute(tx);
}

/** As a statement unnests them. */
function inColumns(needed: readonly Needed[]) {
  return {
    owners: needed.map(({ personId }) => personId),
    kinds: needed.map(({ kind }) => kind),
    floors: needed.map(({ kind }) => String(FLOORS[kind])),
  };
}

/** Whose account of which kind. */
export const accountKey = ({ personId, kind }: Needed): string => `${kind} ${personId}`;

async function accountsOf(tx: Tx, needed: readonly Needed[]): Promise<Map<string, string>> {
  const [owners, kinds] = [needed.map(({ personId }) => personId), needed.map(({ kind }) => kind)];
  const { rows } = await sql<Needed & { id: string }>`
    select a.id, u.kind, u.owner_id as "personId"
      from unnest(${kinds}::text[], ${owners}::text[]) as u (kind, owner_id)
      join ledger.account a on a.owner_id = u.owner_id and a.kind = u.kind and a.currency = 'COIN'
      join ledger.balance b on b.account_id = a.id`.execute(tx);
  return new Map(rows.map((row) => [accountKey(row), row.id]));
}

/** What somebody's wallet can spend, as part of a statement; null where they have none. */
export const spendableOf = (personId: string | RawBuilder<string>) => sql<
  bigint | null
>`(select b.posted - b.held - b.floor from ledger.account a
  join ledger.balance b on b.account_id = a.id where a.owner_id = ${personId} and a.kind = 'wallet')`;

/** What the wallets of several can spend; who has none is left out. */
export async function spendableOfEach(
  db: DbOrTx,
  personIds: readonly string[],
): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ ownerId: string | null; coins: bigint }>`
    select a.owner_id as "ownerId", b.posted - b.held - b.floor as coins
      from ledger.account a join ledger.balance b on b.account_id = a.id
     where a.kind = 'wallet' and a.owner_id = any(${[...personIds]}::text[])`.execute(db);
  return new Map(rows.map(({ ownerId, coins }) => [ownerId ?? '', coins]));
}

/** Locks wallets, in the order of their ids, and says what each can spend. */
export async function lockSpendable(tx: Tx, accountIds: readonly string[]): Promise<Map<string, bigint>> {
  await sql`select ledger.lock_balances(${[...accountIds]}::text[])`.execute(tx);
  const { rows } = await sql<{ id: string; coins: bigint }>`
    select account_id as id, posted - held - floor as coins from ledger.balance
     where account_id = any(${[...accountIds]}::text[])`.execute(tx);
  return new Map(rows.map(({ id, coins }) => [id, coins]));
}

/** Opens the accounts that a person's roles need: a wallet to pay from, an account for earnings. */
export async function openAccounts(tx: Tx, of: { personId: string; roles: readonly Role[] }): Promise<void> {
  if (of.roles.some((role) => PAYING.includes(role))) await openAccount(tx, of.personId, 'wallet');
  if (of.roles.some((role) => EARNING.includes(role))) await openAccount(tx, of.personId, 'earner');
}

/** What a person's account has; null when they have none of that kind. */
export async function balanceOf(db: DbOrTx, personId: string, kind: OwnedAccount): Promise<Balance | null> {
  const { rows } = await sql<Balance>`
    select a.id as "accountId", b.posted, b.held,
           b.posted - b.held - case when a.kind = 'wallet' then b.floor else 0 end as available, a.currency
      from ledger.account a join ledger.balance b on b.account_id = a.id
     where a.kind = ${kind} and a.owner_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

/** A person's wallet; null when they have none. */
export function walletOf(db: DbOrTx, personId: string): Promise<Balance | null> {
  return balanceOf(db, personId, 'wallet');
}

/** What several wallets have, by their owners; who has none is left out. */
export async function walletsOf(db: DbOrTx, personIds: readonly string[]): Promise<Map<string, bigint>> {
  const { rows } = await sql<{ ownerId: string | null; posted: bigint }>`
    select a.owner_id as "ownerId", b.posted from ledger.account a join ledger.balance b on b.account_id = a.id
     where a.kind = 'wallet' and a.owner_id = any(${[...personIds]}::text[])`.execute(db);
  return new Map(rows.map(({ ownerId, posted }) => [ownerId ?? '', posted]));
}

/** A person's earnings; null when they have no such account. */
export function earningsOf(db: DbOrTx, personId: string): Promise<Balance | null> {
  return balanceOf(db, personId, 'earner');
}

/** The sum of every posting: zero, or the ledger is broken. */
export async function ledgerSum(db: DbOrTx): Promise<bigint> {
  const { rows } = await sql<{ sum: bigint }>`
    select coalesce(sum(amount), 0)::bigint as sum from ledger.posting`.execute(db);
  return rows[0]?.sum ?? 0n;
}
