import type { Pair } from '@latido/core';
import { offerMsFor } from '@latido/core';
import { MATCH_ROOM } from '@latido/protocol';
import { sql } from 'kysely';
import { refuseBlocked } from '../access/index.ts';
import { planFor, startPaidCallIn } from '../metering/index.ts';
import type { Tx } from '../platform/index.ts';
import { AppError, chance, newId } from '../platform/index.ts';
import { forgetAsk } from './ask.ts';
import type { MatchingDeps } from './ports.ts';
import { lockFree, putOff } from './store.ts';

/**
 * Offers two to each other: offer, call, meter and the hold of the first unit, all or nothing (MATCH-12). False when one of them
 * is not free any more, or cannot pay; the latter is off, and told.
 */
export async function offerBoth(deps: Pick<MatchingDeps, 'db' | 'clock'>, pair: Pair): Promise<boolean> {
  try {
    return await deps.db.transaction().execute((tx) => offerIn(tx, deps, pair));
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    const at = new Date(deps.clock.now());
    if (code === 'balance.insufficient') {
      const { missing } = (error as AppError).extra as { missing?: number };
      await putOff(deps.db, { personId: pair.payerId, why: 'no_coins', missing: BigInt(missing ?? 0), at });
      return false;
    }
    // Somebody blocked, or took the plan away, between our look and our lock; the next look sees it.
    if (code === 'person.blocked') return false;
    if (code === 'plan.not_found') {
      await putOff(deps.db, { personId: pair.earnerId, why: 'ended', at });
      return false;
    }
    throw error;
  }
}

async function offerIn(tx: Tx, { clock }: Pick<MatchingDeps, 'clock'>, pair: Pair): Promise<boolean> {
  const { payerId, earnerId } = pair;
  const free = await lockFree(tx, [payerId, earnerId]);
  const payer = free.find(({ personId, side }) => personId === payerId && side === 'payer');
  const earner = free.find(({ personId, side }) => personId === earnerId && side === 'earner');
  if (!payer || !earner) return false;
  await refuseBlocked(tx, [payerId, earnerId]);
  const { planId, policy, perMinute } = await planFor(tx, { name: earner.planId ?? undefined, earnerId });
  if (payer.maxPrice !== null && perMinute > payer.maxPrice) return false;
  const now = clock.now();
  const roomName = `${MATCH_ROOM}${chance(20)}`;
  const order = { roomName, payerId, earnerId, planId, openedBy: payerId };
  const { callId } = await startPaidCallIn(tx, { now: () => now }, order);
  const id = newId('offer');
  const at = new Date(now);
  const payerAt = payer.connectAtOnce ? at : null;
  const earnerAt = earner.askFirst ? null : at;
  const bothAt = payerAt && earnerAt;
  await sql`insert into matching.offer (id, payer_id, earner_id, call_id, room_name, price, policy, created_at, deadline_at,
      payer_accepted_at, earner_accepted_at, accepted_at)
    values (${id}, ${payerId}, ${earnerId}, ${callId}, ${roomName}, ${perMinute}, ${policy}, ${at},
      ${new Date(now + offerMsFor([payer, earner]))}, ${payerAt}::timestamptz, ${earnerAt}::timestamptz, ${bothAt}::timestamptz)`.execute(
    tx,
  );
  // Who meets somebody need not be told any more that somebody is on air.
  await forgetAsk(tx, payerId);
  await sql`insert into matching.engaged (person_id, offer_id) values (${payerId}, ${id}), (${earnerId}, ${id})`.execute(
    tx,
  );
  return true;
}
