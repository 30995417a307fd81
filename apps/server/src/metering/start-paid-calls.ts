import { sql } from 'kysely';
import { createCallsOfTwo } from '../calls/index.ts';
import { accountKey, lockSpendable, openAccountsOf } from '../ledger/index.ts';
import type { Tx } from '../platform/index.ts';
import { newId } from '../platform/index.ts';
import type { Offered } from './plan-offers.ts';
import { unitsAhead } from './replan.ts';
import { insertDues } from './store.ts';

/** Two who meet in a room of a name that nobody else has, at a price that is known. */
export interface MatchedPair {
  readonly roomName: string;
  readonly payerId: string;
  readonly earnerId: string;
  readonly offered: Offered;
}

/** The call of a pair; else what its payer lacks for the first unit. */
export type Started =
  | { readonly callId: string; readonly missing?: never }
  | { readonly callId?: never; readonly missing: bigint };

/**
 * Makes the calls of many pairs and holds the first unit of each, in a handful of statements however many there are: what
 * `startPaidCallIn` does one by one, for two whom nobody has rung. No two of them have the same payer, and none is blocked. Who
 * cannot pay gets no call, and the others get theirs.
 *
 * @returns in the order of the pairs
 */
export async function startPaidCallsIn(
  tx: Tx,
  pairs: readonly MatchedPair[],
  createdAt: Date,
): Promise<Started[]> {
  const accounts = await openAccountsOf(
    tx,
    pairs.flatMap(({ payerId, earnerId }) => [
      { personId: payerId, kind: 'wallet' as const },
      { personId: earnerId, kind: 'earner' as const },
    ]),
  );
  const accountOf = (personId: string, kind: 'wallet' | 'earner'): string => {
    const id = accounts.get(accountKey({ personId, kind }));
    if (id === undefined) throw new Error(`${personId} has no account (${kind})`);
    return id;
  };
  const walletOf = ({ payerId }: MatchedPair): string => accountOf(payerId, 'wallet');
  // Nobody knows of the calls and meters yet, so that nobody can wait for them while we wait for the balances.
  const spendable = await lockSpendable(tx, pairs.map(walletOf));
  const lacks = (pair: MatchedPair): bigint => pair.offered.firstHold - (spendable.get(walletOf(pair)) ?? 0n);
  const paying = pairs.filter((pair) => lacks(pair) <= 0n);
  const callIds = paying.length === 0 ? [] : await createCallsOfTwo(tx, paying, createdAt);
  const meters = paying.map(({ payerId, earnerId, offered }, n) => ({
    id: newId('meter'),
    callId: callIds[n] ?? '',
    payerId,
    earnerId,
    wallet: accountOf(payerId, 'wallet'),
    earnings: accountOf(earnerId, 'earner'),
    offered,
  }));
  if (meters.length > 0) await insertMeters(tx, meters);
  const calls = new Map(paying.map((pair, n) => [pair, callIds[n] ?? '']));
  return pairs.map((pair) => {
    const callId = calls.get(pair);
    return callId === undefined ? { missing: lacks(pair) } : { callId };
  });
}

interface NewMeter {
  readonly id: string;
  readonly callId: string;
  readonly payerId: string;
  readonly earnerId: string;
  readonly wallet: string;
  readonly earnings: string;
  readonly offered: Offered;
}

async function insertMeters(tx: Tx, meters: readonly NewMeter[]): Promise<void> {
  const rows = meters.map(({ offered, ...meter }) => ({
    ...meter,
    planId: offered.price.id,
    version: offered.price.version,
  }));
  await sql`
    insert into metering.meter (id, call_id, payer_id, earner_id, wallet_account_id, earner_account_id, plan_id, plan_version)
    select r.id, r."callId", r."payerId", r."earnerId", r.wallet, r.earnings, r."planId", r.version
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, "callId" text, "payerId" text, "earnerId" text,
        wallet text, earnings text, "planId" text, version int)`.execute(tx);
  await insertDues(
    tx,
    meters.flatMap(({ id, offered }) => unitsAhead(id, offered.price.plan)),
  );
  await holdFirst(
    tx,
    meters.map(({ id }) => id),
  );
}

/** The balances are locked, and have enough. */
async function holdFirst(tx: Tx, meterIds: readonly string[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`
    select id from metering.hold_next(${[...meterIds]}::text[]) as id`.execute(tx);
  if (rows.length < meterIds.length) throw new Error('a wallet that had enough could not be held from');
}
