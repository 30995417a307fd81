import { sql } from 'kysely';
import { callById } from '../calls/index.ts';
import type { Db, Tx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { inOtherCalls } from './busy.ts';
import { decide } from './decide.ts';
import { lockOffer, offerOfPerson, type OfferRow } from './store.ts';

/** Who says what to which offer, when. */
export interface Answer {
  readonly offerId: string;
  readonly personId: string;
  readonly now: number;
}

/**
 * Accepts an offer. Accepting twice is accepting once (MATCH-15). Of whom a call of another kind has begun since the offer, it is skipped
 * by them: nobody is in two, and nobody waits for who will not come (MATCH-62).
 *
 * @throws offer.not_found also for those of others; offer.over
 */
export async function accept(tx: Tx, { offerId, personId, now }: Answer): Promise<OfferRow> {
  const offer = await ownOffer(tx, { offerId, personId });
  if (offer.decidedAt !== null) throw over();
  const mine = personId === offer.payerId ? offer.payerAcceptedAt : offer.earnerAcceptedAt;
  if (mine !== null) return offer;
  if (isPast(offer, now)) throw over();
  const [elsewhere] = await inOtherCalls(tx, [offer.payerId, offer.earnerId], offer.callId);
  if (elsewhere !== undefined) {
    await decide(tx, offer, { outcome: { kind: 'skipped', by: elsewhere }, now });
    return offer;
  }
  const at = new Date(now);
  const side = personId === offer.payerId ? sql`payer_accepted_at` : sql`earner_accepted_at`;
  const other = personId === offer.payerId ? offer.earnerAcceptedAt : offer.payerAcceptedAt;
  await sql`update matching.offer set ${side} = ${at}, accepted_at = ${other === null ? null : at}::timestamptz
    where id = ${offer.id}`.execute(tx);
  return offer;
}

/** Whether an offer's time has passed without both accepting it: what it comes to is the look's to say (MATCH-15). */
export function isPast({ acceptedAt, deadlineAt }: OfferRow, now: number): boolean {
  return acceptedAt === null && now > deadlineAt.getTime();
}

/**
 * Says no to an offer, until its deadline or, once both have accepted, for as long as the two have not met. Saying it twice is saying it
 * once.
 *
 * @throws offer.not_found, offer.over
 */
export async function skip(tx: Tx, { offerId, personId, now }: Answer): Promise<OfferRow> {
  const offer = await ownOffer(tx, { offerId, personId });
  if (offer.decidedAt !== null) {
    if (offer.outcome === 'skipped' && offer.decidedBy === personId) return offer;
    throw over();
  }
  if (isPast(offer, now)) throw over();
  const call = await callById(tx, offer.callId);
  if (call?.status !== 'waiting') {
    throw problem('offer.over', 'You two are in the call already: hang up, or press Next.');
  }
  await decide(tx, offer, { outcome: { kind: 'skipped', by: personId }, now });
  return offer;
}

/** Who gets out of which line, when. */
export interface Leaving {
  readonly personId: string;
  readonly side: 'payer' | 'earner';
  readonly now: number;
}

/**
 * Takes somebody out of line, who says no to what they are offered by it. Whose row is gone is offered to nobody more: whether they had
 * been is asked after that, and mostly that is all.
 *
 * @returns the offer that they said no to
 */
export async function leaveLine(db: Db, of: Leaving): Promise<OfferRow | null> {
  const { personId, side } = of;
  await sql`delete from matching.waiting where person_id = ${personId} and side = ${side}`.execute(db);
  const found = await offerOfPerson(db, personId);
  return found && (await db.transaction().execute((tx) => sayNoTo(tx, found.id, of)));
}

/** A call that goes on goes on. */
async function sayNoTo(tx: Tx, offerId: string, { personId, side, now }: Leaving): Promise<OfferRow | null> {
  const offer = await lockOffer(tx, { id: offerId });
  const own = offer && (offer.payerId === personId ? 'payer' : 'earner');
  const call = offer && own === side ? await callById(tx, offer.callId) : null;
  if (!offer || offer.decidedAt !== null || call?.status !== 'waiting') return null;
  await decide(tx, offer, { outcome: { kind: 'skipped', by: personId }, now });
  return offer;
}

async function ownOffer(tx: Tx, { offerId, personId }: Omit<Answer, 'now'>): Promise<OfferRow> {
  const offer = await lockOffer(tx, { id: offerId });
  if (offer && (offer.payerId === personId || offer.earnerId === personId)) return offer;
  throw problem('offer.not_found', `You have no offer ${offerId.slice(0, 64)}.`);
}

function over(): Error {
  return problem(
    'offer.over',
    'This offer is over: its time has passed, or somebody has said no. Stay in line for the next.',
  );
}
