import { sql } from 'kysely';
import type { Db, DbOrTx, Tx } from '../platform/index.ts';
import { openAccount } from './accounts.ts';

/** What somebody asks for, and since when. */
export interface AskedCoins {
  readonly askedAt: Date;
  readonly memo: string | null;
}

/** Asks for coins. Whoever asks already goes on asking since then, with the new words. */
export async function askForCoins(db: Db, personId: string, memo: string | undefined): Promise<AskedCoins> {
  return await db.transaction().execute(async (tx) => {
    const accountId = await openAccount(tx, personId, 'wallet');
    const { rows } = await sql<AskedCoins>`
      insert into ledger.coin_request (account_id, memo) values (${accountId}, ${memo ?? null})
      on conflict (account_id) do update set memo = coalesce(excluded.memo, ledger.coin_request.memo)
      returning asked_at as "askedAt", memo`.execute(tx);
    if (!rows[0]) throw new Error('a request for coins was not written');
    return rows[0];
  });
}

/** What a person asks for; null when nothing. */
export async function coinsAskedBy(db: DbOrTx, personId: string): Promise<AskedCoins | null> {
  const { rows } = await sql<AskedCoins>`
    select r.asked_at as "askedAt", r.memo from ledger.coin_request r join ledger.account a on a.id = r.account_id
    where a.owner_id = ${personId}`.execute(db);
  return rows[0] ?? null;
}

/** Who asks for coins, longest first. */
export async function whoAsks(db: DbOrTx): Promise<Map<string, AskedCoins>> {
  const { rows } = await sql<AskedCoins & { personId: string }>`
    select a.owner_id as "personId", r.asked_at as "askedAt", r.memo
    from ledger.coin_request r join ledger.account a on a.id = r.account_id
    where a.owner_id is not null order by r.asked_at`.execute(db);
  return new Map(rows.map(({ personId, ...asked }) => [personId, asked]));
}

/** They have been given coins. */
export async function answerRequest(tx: Tx, accountId: string): Promise<void> {
  await sql`delete from ledger.coin_request where account_id = ${accountId}`.execute(tx);
}
