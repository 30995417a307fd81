import type { Pair } from '@latido/core';
import { offerMsFor } from '@latido/core';
import { MATCH_ROOM } from '@latido/protocol';
import { sql } from 'kysely';
import { blockedOf } from '../access/index.ts';
import { startPaidCallsIn, type Offered } from '../metering/index.ts';
import type { Tx } from '../platform/index.ts';
import { allOrApart, chance, newId } from '../platform/index.ts';
import type { MatchingDeps } from './ports.ts';
import { plansOf, writePrices } from './prices.ts';
import { lockFree, putOff, type WaitingRow } from './store.ts';
import { termsOf } from './terms.ts';

/** What became of pairs. */
export interface Offering {
  /** They have an offer. */
  readonly made: readonly Pair[];
  /** One of them is not who the line said they are: free, in line. */
  readonly others: readonly Pair[];
  /** The payer has fewer coins than the line said, or the earner asks more: not this time. */
  readonly later: readonly Pair[];
  /** Something is wrong with what is kept of one of them. */
  readonly failed: readonly Pair[];
}

/** Pairs in one transaction: what it costs is shared by them, and whoever else wants the rows waits as long. */
const TOGETHER = 50;

/**
 * Offers pairs to each other, all of them in a handful of statements: offer, call, meter and the hold of the first unit, for each
 * all or nothing (MATCH-12). Who cannot pay has none. A pair that cannot be written falls out alone.
 */
export async function offerAll(
  deps: Pick<MatchingDeps, 'db' | 'clock' | 'log'>,
  pairs: readonly Pair[],
): Promise<Offering> {
  const made: Pair[] = [];
  const later: Pair[] = [];
  const failed: Pair[] = [];
  for (let from = 0; from < pairs.length; from += TOGETHER) {
    const some = pairs.slice(from, from + TOGETHER);
    const outcome = await allOrApart(deps.db, some, {
      keyOf: ({ payerId }) => payerId,
      run: (tx, each) => offerIn(tx, each, deps.clock.now()),
    });
    made.push(...outcome.results.flatMap((each) => each.made));
    later.push(...outcome.results.flatMap((each) => each.later));
    for (const { key, items, error } of outcome.failed) {
      deps.log.error({ err: error, payerId: key }, 'two who fit could not be offered to each other');
      failed.push(...items);
    }
  }
  const settled = new Set([...made, ...later, ...failed]);
  return { made, later, failed, others: pairs.filter((pair) => !settled.has(pair)) };
}

/** A pair whose rows are locked and as they should be. */
interface Candidate {
  readonly pair: Pair;
  readonly payer: WaitingRow;
  readonly earner: WaitingRow;
  readonly offered: Offered;
  readonly roomName: string;
}

type Placed = Pick<Offering, 'made' | 'later'>;

async function offerIn(tx: Tx, pairs: readonly Pair[], now: number): Promise<Placed> {
  const candidates = await candidatesOf(tx, pairs, new Date(now));
  if (candidates.length === 0) return { made: [], later: [] };
  const at = new Date(now);
  const orders = candidates.map(({ pair, offered, roomName }) => ({ ...pair, offered, roomName }));
  const started = await startPaidCallsIn(tx, orders, at);
  const made: (Candidate & { readonly callId: string })[] = [];
  const later: Pair[] = [];
  for (const [n, candidate] of candidates.entries()) {
    const callId = started[n]?.callId;
    if (callId !== undefined) made.push({ ...candidate, callId });
    else later.push(candidate.pair);
  }
  if (made.length > 0) await writeOffers(tx, made, now);
  return { made: made.map(({ pair }) => pair), later };
}

/** Those of whom both are free still, may meet, and agree on the price. */
async function candidatesOf(tx: Tx, pairs: readonly Pair[], at: Date): Promise<Candidate[]> {
  const free = await lockFree(
    tx,
    pairs.flatMap(({ payerId, earnerId }) => [payerId, earnerId]),
  );
  const both = pairs.flatMap((pair) => {
    const [payer, earner] = [free.get(pair.payerId), free.get(pair.earnerId)];
    return payer?.side === 'payer' && earner?.side === 'earner' ? [{ pair, payer, earner }] : [];
  });
  if (both.length === 0) return [];
  const blocked = await blockedOf(
    tx,
    both.map(({ pair: { payerId, earnerId } }) => [payerId, earnerId] as const),
  );
  const plans = await plansOf(
    tx,
    both.map(({ earner }) => earner),
  );
  // Whoever asks another price than the line had is paired by it from the next look on.
  const asked = both.map(({ earner }, n) => ({ row: earner, offered: plans[n] ?? null }));
  await writePrices(tx, asked);
  const candidates: Candidate[] = [];
  for (const [n, { pair, payer, earner }] of both.entries()) {
    const offered = plans[n] ?? null;
    if (blocked.has(`${pair.payerId} ${pair.earnerId}`)) continue;
    if (offered === null) await putOff(tx, { personId: pair.earnerId, why: 'no_plan', at });
    else if (payer.maxPrice === null || offered.mostPerMinute <= payer.maxPrice)
      candidates.push({ pair, payer, earner, offered, roomName: `${MATCH_ROOM}${chance(20)}` });
  }
  return candidates;
}

async function writeOffers(
  tx: Tx,
  made: readonly (Candidate & { readonly callId: string })[],
  now: number,
): Promise<void> {
  const at = new Date(now);
  const rows = made.map(({ pair, payer, earner, offered, roomName, callId }) => {
    // A limit is of minutes: a fee beside them is read before it is owed.
    const isAccepted = payer.connectAtOnce && offered.price.plan.connectFee === 0n;
    const [payerAt, earnerAt] = [isAccepted ? at : null, earner.askFirst ? null : at];
    return {
      ...pair,
      id: newId('offer'),
      callId,
      roomName,
      price: String(offered.perMinute),
      policy: offered.policy,
      terms: termsOf(offered.price.plan),
      at,
      deadlineAt: new Date(now + offerMsFor([payer, earner])),
      payerAt,
      earnerAt,
      bothAt: payerAt && earnerAt,
    };
  });
  await sql`
    with made as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, "payerId" text, "earnerId" text, "callId" text,
        "roomName" text, price bigint, policy text, terms jsonb, at timestamptz, "deadlineAt" timestamptz, "payerAt" timestamptz,
        "earnerAt" timestamptz, "bothAt" timestamptz)
    ), offers as (
      insert into matching.offer (id, payer_id, earner_id, call_id, room_name, price, policy, terms, created_at, deadline_at,
          payer_accepted_at, earner_accepted_at, accepted_at)
      select id, "payerId", "earnerId", "callId", "roomName", price, policy, terms, at, "deadlineAt", "payerAt", "earnerAt", "bothAt" from made
    ), told as (
      -- Who meets somebody need not be told any more that somebody is on air.
      delete from matching.ask where person_id in (select "payerId" from made)
    )
    insert into matching.engaged (person_id, offer_id)
    select "payerId", id from made union all select "earnerId", id from made`.execute(tx);
}
