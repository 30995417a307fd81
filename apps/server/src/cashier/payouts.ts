import { COINS, counted, isOne, payoutStep, type PayoutStep } from '@latido/core';
import { hintRecipients, notify } from '../inbox/index.ts';
import { giveBackAside, payOut, putAside } from '../ledger/index.ts';
import type { Clock, Db, Hints, Tx } from '../platform/index.ts';
import { newId, keyWasUsed, problem } from '../platform/index.ts';
import { inTurn } from './store.ts';
import { insertPayout, lockPayout, payoutByKey, writeStep, type PayoutRow } from './payout-store.ts';

export interface PayoutDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly hints: Pick<Hints, 'publish'>;
  /** How old a charge must be before its share may be paid out. */
  readonly earningsDelayMs: number;
}

/** Who asks for how much. */
export interface AskedPayout {
  readonly personId: string;
  readonly coins: bigint;
  readonly key: string | undefined;
}

/**
 * Puts coins aside for a payout. The same key gives the same one.
 *
 * @throws earnings.insufficient with `available`, `missing`, `owed`; idempotency.mismatch
 */
export async function requestPayout(deps: PayoutDeps, asked: AskedPayout): Promise<PayoutRow> {
  return await deps.db.transaction().execute((tx) => requestIn(tx, deps, asked));
}

async function requestIn(
  tx: Tx,
  { clock, earningsDelayMs: delayMs }: PayoutDeps,
  { personId, coins, key }: AskedPayout,
): Promise<PayoutRow> {
  // Two with one key at once: the second waits here, and finds what the first one made.
  await inTurn(tx, `payout:${personId}`);
  const before = key === undefined ? null : await payoutByKey(tx, personId, key);
  if (before) return sameOrRefused(before, coins);
  const now = clock.now();
  const id = newId('payout');
  const idemKey = `payout:${id}:aside`;
  const { isAside, ...earned } = await putAside(tx, {
    personId,
    coins,
    idemKey,
    actor: personId,
    now,
    delayMs,
  });
  if (!isAside) throw tooMuch(coins, earned);
  const at = new Date(now);
  const made = {
    id,
    personId,
    coins,
    status: 'requested',
    reason: null,
    requestedAt: at,
    changedAt: at,
  } as const;
  await insertPayout(tx, made, key);
  return made;
}

function sameOrRefused(before: PayoutRow, coins: bigint): PayoutRow {
  if (before.coins === coins) return before;
  throw keyWasUsed('amount', 'payout');
}

function tooMuch(coins: bigint, { available, owed }: { available: bigint; owed: bigint }): Error {
  return problem(
    'earnings.insufficient',
    owed > 0n
      ? `Nothing can be paid out now: ${counted(owed, COINS.en)} ${isOne(owed) ? 'was' : 'were'} given back to payers after you had been paid out. What you earn next settles them first.`
      : `You asked for ${counted(coins, COINS.en)}; ${available} can be paid out now. Newer earnings can be a little later.`,
    {
      required: Number(coins),
      available: Number(available),
      missing: Number(coins - available),
      owed: Number(owed),
    },
  );
}

/** A step that the desk takes. */
export interface DeskStep {
  readonly id: string;
  readonly step: PayoutStep;
  readonly byId: string;
  readonly reason: string | undefined;
}

/**
 * Takes a payout a step on; the same step again changes nothing.
 *
 * @throws payout.not_found, payout.refused
 */
export async function stepPayout(deps: PayoutDeps, asked: DeskStep): Promise<PayoutRow> {
  const done = await deps.db.transaction().execute((tx) => stepIn(tx, deps, asked));
  hintRecipients(deps.hints, [done.personId]);
  return done;
}

async function stepIn(
  tx: Tx,
  { clock }: PayoutDeps,
  { id, step, byId, reason }: DeskStep,
): Promise<PayoutRow> {
  const payout = await lockPayout(tx, id);
  if (!payout) throw problem('payout.not_found', `There is no payout ${id.slice(0, 64)}.`);
  const verdict = payoutStep(payout.status, step);
  if (verdict === 'same') return payout;
  if (verdict === 'refused')
    throw problem('payout.refused', `This payout is ${payout.status}: it cannot be ${step} any more.`);
  const { personId, coins, status: from } = payout;
  const moved = { personId, coins, idemKey: `payout:${id}:${step}`, actor: byId, memo: reason };
  if (step === 'paid') await payOut(tx, moved);
  if (step === 'returned') await giveBackAside(tx, { ...moved, wasPaid: from === 'paid' });
  const at = new Date(clock.now());
  const after = { ...payout, status: step, reason: reason ?? null, changedAt: at };
  await writeStep(tx, after, byId);
  const told = {
    recipientId: personId,
    dedupKey: `payout:${id}:${step}`,
    type: 'payout.changed' as const,
    payload: { payoutId: id, status: step, coins: Number(coins), reason: reason ?? null },
  };
  await notify(tx, told, clock);
  return after;
}
