import type { Short } from '@latido/core';
import { spendableOfEach } from '../ledger/index.ts';
import type { Tx } from '../platform/index.ts';
import { coinsOnTheirWay } from './enter.ts';
import type { MatchingDeps } from './ports.ts';
import { lockFree, putOff } from './store.ts';

/** Rows that a look locks at most for it; the next one takes the others. */
const AT_ONCE = 200;

/**
 * Takes off who can pay nobody on air, and tells what is missing (MATCH-85): by what they have now, and not whose coins are on their
 * way (MATCH-32). Gives whose rows were looked at: what the line knows of them may be old.
 */
export async function putOffShort(
  { db, clock }: Pick<MatchingDeps, 'db' | 'clock'>,
  short: readonly Short[],
): Promise<string[]> {
  const some = short.slice(0, AT_ONCE);
  if (some.length > 0) await db.transaction().execute((tx) => putOffIn(tx, some, clock.now()));
  return some.map(({ personId }) => personId);
}

async function putOffIn(tx: Tx, short: readonly Short[], now: number): Promise<void> {
  const ids = short.map(({ personId }) => personId);
  const free = await lockFree(tx, ids);
  const coins = await spendableOfEach(tx, ids);
  const onTheirWay = await coinsOnTheirWay(tx, ids, now);
  for (const { personId, needs } of short) {
    if (free.get(personId)?.side !== 'payer' || onTheirWay.has(personId)) continue;
    const missing = BigInt(needs) - (coins.get(personId) ?? 0n);
    if (missing > 0n) await putOff(tx, { personId, why: 'no_coins', missing, at: new Date(now) });
  }
}
