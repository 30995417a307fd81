import { expireLots, type LeftOver } from '@latido/core';
import { sql } from 'kysely';
import type { Db, Hints, Job, Log, Tx } from '../platform/index.ts';
import { CREDITED } from './credit.ts';
import { lockBalances, writeEntry } from './move.ts';

/** A missed run leaves coins for that much longer; they are spent last meanwhile, and shown by nobody. */
const LOOK_EVERY_MS = 60_000;
/** So many wallets a run: the others have the next. */
const WALLETS_MOST = 500;

/** Takes coins that have expired out of their wallets, on any node (LEDGER-14). */
export function expiryJob(deps: { db: Db; hints: Hints; log: Log }): Job {
  return {
    name: 'ledger-expiry',
    everyMs: LOOK_EVERY_MS,
    async run() {
      const wallets = await expireCoins(deps);
      if (wallets > 0) deps.log.info({ wallets }, 'coins have expired');
    },
  };
}

/** Each wallet in a transaction of its own; gives how many lost something. */
export async function expireCoins({ db, hints }: { db: Db; hints: Pick<Hints, 'publish'> }): Promise<number> {
  const { rows } = await sql<{ accountId: string }>`
    select l.account_id as "accountId" from ledger.credit_lot l join ledger.balance b on b.account_id = l.account_id
     where l.expires_at <= now() and not l.spent group by l.account_id, b.held
    having sum(l.amount - l.used) > b.held order by min(l.expires_at) limit ${WALLETS_MOST}`.execute(db);
  let wallets = 0;
  for (const { accountId } of rows) {
    const expired = await db.transaction().execute((tx) => expireIn(tx, accountId));
    if (expired === 0n) continue;
    wallets += 1;
    // What a call may still spend has changed: its end is reckoned anew.
    hints.publish(CREDITED, accountId);
  }
  return wallets;
}

/** Of one wallet; whoever comes second finds nothing left. */
async function expireIn(tx: Tx, accountId: string): Promise<bigint> {
  await lockBalances(tx, [accountId]);
  const { rows } = await sql<LeftOver & { lastEntry: bigint; held: bigint }>`
    select l.no as "lotNo", (l.amount - l.used)::bigint as left, b.held,
           (select max(p.journal_no) from ledger.posting p where p.account_no = a.no)::bigint as "lastEntry"
      from ledger.credit_lot l join ledger.balance b on b.account_id = l.account_id
      join ledger.account a on a.id = l.account_id
     where l.account_id = ${accountId} and l.expires_at <= now() and not l.spent
     order by l.expires_at, l.no`.execute(tx);
  const parts = expireLots(rows, rows[0]?.held ?? 0n);
  const coins = parts.reduce((sum, { left }) => sum + left, 0n);
  const first = rows.find(({ lotNo }) => lotNo === parts[0]?.lotNo);
  if (!first) return 0n;
  // Named by what the wallet had seen until then: a lot that gets coins back after it expired loses them again under another key.
  const idemKey = `expiry:${first.lotNo}:${first.lastEntry}`;
  const entry = { kind: 'expiry', idemKey, actor: 'system' } as const;
  const journalNo = await writeEntry(tx, entry, [
    [accountId, -coins],
    ['account_expired', coins],
  ]);
  if (journalNo === null) return 0n;
  await sql`
    with part as materialized (
      select * from unnest(${parts.map(({ lotNo }) => lotNo)}::bigint[], ${parts.map(({ left }) => left)}::bigint[]) as p (no, coins)
    ), noted as (
      insert into ledger.lot_use (journal_no, lot_no, amount) select ${journalNo}::bigint, no, coins from part
    )
    update ledger.credit_lot l set used = l.used + part.coins from part where l.no = part.no`.execute(tx);
  return coins;
}
