import { createHash } from 'node:crypto';
import type { LotKind } from '@latido/protocol';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/index.ts';
import { newId, keyWasUsed, problem } from '../platform/index.ts';
import { openAccount } from './accounts.ts';
import { move } from './move.ts';

/** Name of the hint that a wallet has more coins; its payload is the account's id. */
export const CREDITED = 'ledger.credited';

/** Coins that come into a wallet. */
export interface Credit {
  readonly accountId: string;
  readonly coins: bigint;
  readonly kind: LotKind;
  /** Names this credit for ever: sent again with the same body it is the same credit. */
  readonly idemKey: string;
  readonly actor: string;
  readonly expiresAt?: Date;
  readonly memo?: string;
}

/** A credit that is in the journal. */
export interface Credited {
  readonly journalId: string;
  readonly recordedAt: Date;
  /** The lot that came in; null when an earlier request had done it. */
  readonly lotId: string | null;
}

/** Gifts go first and bought coins last, so that what somebody paid for is the last to be lost. */
export const PRIORITY: Readonly<Record<LotKind, number>> = { gift: 10, bonus: 50, purchased: 100 };

/**
 * Puts coins into a wallet, as a lot: bought ones from the cash account, gifts and bonuses from the platform's.
 *
 * @throws request.invalid when they would have expired already
 * @throws idempotency.mismatch when the key was used for something else
 */
export async function grant(tx: Tx, credit: Credit): Promise<Credited> {
  const { accountId, coins, kind, idemKey, actor } = credit;
  const bodyHash = hashOf(credit);
  const id = newId('journal');
  const { rows } = await sql<{ no: bigint; recorded_at: Date }>`
    insert into ledger.journal (id, kind, idem_key, body_hash, occurred_at, actor, memo)
    values (${id}, ${kind === 'purchased' ? 'topup' : 'grant'}, ${idemKey}, ${bodyHash}, clock_timestamp(), ${actor},
            ${credit.memo ?? null})
    on conflict (idem_key) where idem_key is not null do nothing returning no, recorded_at`.execute(tx);
  if (rows[0] === undefined) return await earlier(tx, idemKey, bodyHash);
  if (credit.expiresAt !== undefined && credit.expiresAt <= rows[0].recorded_at) {
    const said = credit.expiresAt.toISOString();
    throw problem('request.invalid', `These coins would have expired already: expiresAt is ${said}.`);
  }
  await move(tx, rows[0].no, [
    [accountId, coins],
    [kind === 'purchased' ? 'account_cash' : 'account_platform', -coins],
  ]);
  const lotId = newId('lot');
  await sql`insert into ledger.credit_lot (id, account_id, kind, priority, expires_at, amount)
    values (${lotId}, ${accountId}, ${kind}, ${PRIORITY[kind]}, ${credit.expiresAt ?? null}, ${coins})`.execute(
    tx,
  );
  return { journalId: id, recordedAt: rows[0].recorded_at, lotId };
}

/** Gives a person coins to begin with: once, however often it is asked. */
export async function giveWelcomeCoins(db: Db, personId: string, coins: bigint): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const accountId = await openAccount(tx, personId, 'wallet');
    await grant(tx, { accountId, coins, kind: 'gift', idemKey: `welcome:${personId}`, actor: 'system' });
  });
}

async function earlier(tx: Tx, idemKey: string, bodyHash: string): Promise<Credited> {
  const { rows } = await sql<{ id: string | null; body_hash: string | null; recorded_at: Date }>`
    select id, body_hash, recorded_at from ledger.journal where idem_key = ${idemKey}`.execute(tx);
  const before = rows[0];
  if (before?.id === undefined || before.id === null)
    throw new Error('the journal refused a key that it does not have');
  if (before.body_hash === bodyHash) {
    return { journalId: before.id, recordedAt: before.recorded_at, lotId: null };
  }
  throw keyWasUsed('body', 'request');
}

function hashOf({ accountId, coins, kind, expiresAt, memo }: Credit): string {
  const body = [accountId, String(coins), kind, expiresAt?.toISOString() ?? null, memo ?? null];
  return createHash('sha256').update(JSON.stringify(body)).digest('hex');
}
