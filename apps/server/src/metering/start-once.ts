import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { CallRow } from '../calls/index.ts';
import { callById } from '../calls/index.ts';
import type { Tx } from '../platform/index.ts';
import { keyWasUsed, problem } from '../platform/index.ts';

/** Two people, in the parts that they will have. */
export interface Pair {
  readonly payerId: string;
  readonly earnerId: string;
  readonly planId?: string | undefined;
}

/** How a request is known again. */
export interface StartRequest {
  /** Who asks. */
  readonly by: string;
  /** Its Idempotency-Key, if it has one. */
  readonly key: string | undefined;
  readonly pair: Pair;
}

/** So many calls may be made between two people within {@link RINGS_WITHIN_MS}: each rings. */
export const RINGS_MAX = 6;
const RINGS_WITHIN_MS = 10 * 60_000;

/** One request about two people at a time, whichever of them asks, on all nodes, until the commit. Taken before every other lock. */
export async function lockPair(tx: Tx, { payerId, earnerId }: Pair): Promise<void> {
  const two = [payerId, earnerId].toSorted().join(':');
  await sql`select pg_advisory_xact_lock(hashtextextended(${`call:${two}`}, 0))`.execute(tx);
}

/**
 * The call that this very request has started before; null when it is new.
 *
 * @throws idempotency.mismatch when the key was used for another call
 */
export async function startedByKey(tx: Tx, request: StartRequest): Promise<CallRow | null> {
  if (request.key === undefined) return null;
  const { rows } = await sql<{ callId: string; bodyHash: string }>`
    select call_id as "callId", body_hash as "bodyHash" from metering.start_key
     where person_id = ${request.by} and key = ${`key:${request.key}`}`.execute(tx);
  const before = rows[0];
  if (before === undefined) return null;
  if (before.bodyHash === hashOf(request.pair)) return await callById(tx, before.callId);
  throw keyWasUsed('body', 'request');
}

/**
 * Remembers what a request has started.
 *
 * @throws idempotency.mismatch when the same key came in this very moment, with another body
 */
export async function rememberStart(tx: Tx, request: StartRequest, callId: string): Promise<void> {
  const key = request.key === undefined ? `call:${callId}` : `key:${request.key}`;
  const { rows } = await sql`insert into metering.start_key (person_id, key, body_hash, call_id)
    values (${request.by}, ${key}, ${hashOf(request.pair)}, ${callId})
    on conflict do nothing returning key`.execute(tx);
  if (rows.length === 0) await startedByKey(tx, request);
}

/** A call in which one waits for the other, and what each is in it. */
export interface Waiting {
  readonly roomName: string;
  readonly payerId: string;
  readonly earnerId: string;
}

/**
 * The call in which one of these two waits for the other, if one does and nobody asks for another plan (by its id). Of two who both
 * may pay, whoever called first pays: the other's call is an answer to it. A call that somebody opened by a room's name is that
 * room's: it is not given to who calls the person.
 */
export async function waitingOf(tx: Tx, { payerId, earnerId, planId }: Pair): Promise<Waiting | null> {
  const { rows } = await sql<{ roomName: string; isTurned: boolean }>`
    select c.room_name as "roomName", m.payer_id <> ${payerId} as "isTurned"
      from metering.meter m join calls.call c on c.id = m.call_id
     where (m.payer_id, m.earner_id) in ((${payerId}, ${earnerId}), (${earnerId}, ${payerId}))
       and m.settled_at is null and c.status = 'waiting'
       and exists (select from metering.start_key k where k.call_id = c.id)
       and (${planId ?? null}::text is null or m.plan_id = ${planId ?? null}::text)
     order by "isTurned", c.id limit 1`.execute(tx);
  const waiting = rows[0];
  if (!waiting) return null;
  const { roomName, isTurned } = waiting;
  return isTurned ? { roomName, payerId: earnerId, earnerId: payerId } : { roomName, payerId, earnerId };
}

/**
 * Whoever starts and ends calls again and again makes somebody's page ring each time.
 *
 * @throws request.rate_limited
 */
export async function limitRings(tx: Tx, { payerId, earnerId }: Pair, now: Date): Promise<void> {
  const since = new Date(now.getTime() - RINGS_WITHIN_MS);
  const { rows } = await sql<{ rings: number }>`
    select count(*)::int as rings from metering.meter m join calls.call c on c.id = m.call_id
     where (m.payer_id, m.earner_id) in ((${payerId}, ${earnerId}), (${earnerId}, ${payerId})) and c.created_at > ${since}::timestamptz
       and exists (select from metering.start_key k where k.call_id = c.id)`.execute(tx);
  if ((rows[0]?.rings ?? 0) < RINGS_MAX) return;
  throw problem(
    'request.rate_limited',
    `There were ${RINGS_MAX} calls between you within ten minutes. Wait a little before the next one.`,
  );
}

function hashOf({ payerId, earnerId, planId }: Pair): string {
  return createHash('sha256')
    .update(JSON.stringify([payerId, earnerId, planId ?? null]))
    .digest('hex');
}
