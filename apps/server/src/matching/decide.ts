import type { NewFact, Outcome } from '@latido/core';
import { placeAfter } from '@latido/core';
import { sql } from 'kysely';
import { callById } from '../calls/index.ts';
import type { Tx } from '../platform/index.ts';
import { appendFacts } from '../presence/index.ts';
import { lockWaiting, type OfferRow } from './store.ts';

/**
 * What became of an offer: both places, the end of its call, in the transaction that has locked the offer. The fact is the last
 * statement, because it locks the head of the log.
 */
export async function decide(tx: Tx, offer: OfferRow, of: { outcome: Outcome; now: number }): Promise<void> {
  const { outcome, now } = of;
  const by = 'by' in outcome ? outcome.by : null;
  await sql`update matching.offer set outcome = ${outcome.kind}, decided_at = ${new Date(now)}, decided_by = ${by}
    where id = ${offer.id}`.execute(tx);
  await moveBoth(tx, [offer.payerId, offer.earnerId], of);
  await sql`delete from matching.engaged where offer_id = ${offer.id}`.execute(tx);
  if (outcome.kind === 'ended') return;
  const type = outcome.kind === 'next' ? 'next' : 'not_matched';
  await endCall(tx, { callId: offer.callId, type, by, now });
}

/** Both go to the places that the outcome gives them; who is in no line stays out of it. */
export async function moveBoth(
  tx: Tx,
  ids: readonly [string, string],
  { outcome, now }: { outcome: Outcome; now: number },
): Promise<void> {
  for (const row of await lockWaiting(tx, ids)) {
    if (row.off !== null) continue;
    const partnerId = ids[0] === row.personId ? ids[1] : ids[0];
    const own = { ...row, since: row.since.getTime() };
    const place = placeAfter(own, { outcome, partnerId, now });
    // Whoever was in the call just now was heard in it.
    const wasHeard = outcome.kind === 'next' || outcome.kind === 'ended';
    await sql`update matching.waiting set since = ${new Date(place.since)}, ahead = ${place.ahead},
        free_since = ${new Date(place.freeSince)}, silences = ${place.silences}, last_partner_id = ${partnerId},
        off = ${place.off}, off_at = ${place.off === null ? null : new Date(now)}::timestamptz,
        beat_at = ${wasHeard ? new Date(now) : row.beatAt}
      where person_id = ${row.personId}`.execute(tx);
  }
}

/** The fact that ends a call. A second one under the same id is none. */
export async function endCall(
  tx: Tx,
  { callId, type, by, now }: { callId: string; type: 'next' | 'not_matched'; by: string | null; now: number },
): Promise<void> {
  const call = await callById(tx, callId);
  if (!call || call.status === 'ended') return;
  const fact: NewFact = {
    source: 'api',
    sourceEventId: `${callId}:${type}`,
    type,
    payload: by === null ? {} : { personId: by },
    roomName: call.livekitRoom,
    roomSid: null,
    participantSid: null,
    identity: null,
    callId,
    occurredAt: now,
    receivedAt: now,
  };
  await appendFacts(tx, [fact]);
}
