import { sql } from 'kysely';
import type { CallRow } from '../calls/index.ts';
import { callById, latestCallOfRoom, openCallsOf, peopleOf } from '../calls/index.ts';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { AppError, problem } from '../platform/index.ts';
import { isPast, skip } from './answer.ts';
import { decide, endCall, moveBoth } from './decide.ts';
import { goOnAir, putInLine, wishOfPayer } from './enter.ts';
import type { Actor } from './ports.ts';
import { lockOffer, offerOfPerson, waitingOf } from './store.ts';

/** Without a call's name a second press is known by its time, until a call has begun that it can mean (MATCH-33). */
const SAME_PRESS_MS = 5_000;

/**
 * Ends the call for both and puts both back in line, in this transaction. The second press, the partner's in the same
 * millisecond and a lost answer sent again change nothing (MATCH-16).
 *
 * @returns whom it concerns
 * @throws call.not_found for calls of others, call.ended, matching.no_call
 */
export async function pressNext(
  tx: Tx,
  actor: Actor,
  { roomName, now }: { roomName: string | undefined; now: number },
): Promise<string[]> {
  const { personId } = actor;
  const call = await callMeant(tx, personId, { roomName, now });
  if (call === null) return [];
  if (await wasPressed(tx, call.id)) return [];
  const offer = await lockOffer(tx, { callId: call.id });
  // Whoever held the lock before us may have been the partner.
  if (await wasPressed(tx, call.id)) return [];
  const status = (await callById(tx, call.id))?.status;
  if (status === 'ended' || (offer && offer.decidedAt !== null)) throw ended();
  if (offer && offer.acceptedAt === null) {
    // Nobody has said no in time: the next look gives both their places, and Next has nothing to go on from.
    if (isPast(offer, now)) return [];
    await skip(tx, { offerId: offer.id, personId, now });
    return [offer.payerId, offer.earnerId];
  }
  const first =
    await sql`insert into matching.next (call_id, by_id, at) values (${call.id}, ${personId}, ${new Date(now)})
    on conflict do nothing returning call_id`.execute(tx);
  if (first.rows.length === 0) return [];
  return await endByNext(tx, actor, { call, offer, now });
}

async function endByNext(
  tx: Tx,
  actor: Actor,
  { call, offer, now }: { call: CallRow; offer: Awaited<ReturnType<typeof lockOffer>>; now: number },
): Promise<string[]> {
  const { personId } = actor;
  const people = await peopleOf(tx, call.id);
  const role = people.find((each) => each.personId === personId)?.role;
  const outcome = { kind: 'next' as const, by: personId };
  await enterAgain(tx, actor, { role, now });
  if (offer) {
    await decide(tx, offer, { outcome, now });
    return [offer.payerId, offer.earnerId];
  }
  const [one, other] = people.map((each) => each.personId);
  if (one !== undefined && other !== undefined) await moveBoth(tx, [one, other], { outcome, now });
  await endCall(tx, { callId: call.id, type: 'next', by: personId, now });
  return people.map((each) => each.personId);
}

/**
 * Whoever presses Next wants somebody, also if they had left the line, or never were in it. The call ends whether they may be in it or
 * not (MATCH-34), and what they can pay is seen once somebody is there for them: the call's own hold counts until it is settled.
 */
async function enterAgain(
  tx: Tx,
  actor: Actor,
  { role, now }: { role: string | undefined; now: number },
): Promise<void> {
  const row = await waitingOf(tx, actor.personId);
  if (row && row.off === null) return;
  try {
    if (role === 'payer') await putInLine(tx, [{ ...wishOfPayer(actor, { wish: {}, now }), isSure: true }]);
    if (role === 'earner') await goOnAir(tx, actor, { wish: {}, now });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/** The call that is named, else the one that goes on; null for a second press. */
async function callMeant(
  tx: Tx,
  personId: string,
  { roomName, now }: { roomName: string | undefined; now: number },
): Promise<CallRow | null> {
  if (roomName !== undefined) {
    const named = await latestCallOfRoom(tx, roomName, personId);
    if (!named) throw problem('call.not_found', 'You have no call in this room.');
    if (named.kind !== 'paid')
      throw problem('matching.no_call', 'Next is for paid calls of two: hang up instead.');
    return named;
  }
  const offer = await offerOfPerson(tx, personId);
  const own = offer && (await callById(tx, offer.callId));
  const open = (await openCallsOf(tx, personId)).filter(isPaidAndMet);
  const pressed = await pressedLately(tx, personId, now);
  if (pressed.size > 0)
    return [own, ...open].find((call) => call && isPaidAndMet(call) && !pressed.has(call.id)) ?? null;
  const found = own ?? open[0];
  if (!found)
    throw problem('matching.no_call', 'You are in no call. Next goes on from one to the following.');
  return found;
}

const isPaidAndMet = ({ kind, status }: CallRow): boolean => kind === 'paid' && status !== 'waiting';

async function wasPressed(db: DbOrTx, callId: string): Promise<boolean> {
  const { rows } = await sql<{
    by: string;
  }>`select by_id as by from matching.next where call_id = ${callId}`.execute(db);
  return rows.length > 0;
}

/** The calls of theirs in which Next was pressed just now, by either. */
async function pressedLately(db: DbOrTx, personId: string, now: number): Promise<Set<string>> {
  const { rows } = await sql<{ callId: string }>`
    select n.call_id as "callId" from calls.call_person p join matching.next n on n.call_id = p.call_id
    where p.person_id = ${personId} and n.at > ${new Date(now - SAME_PRESS_MS)}`.execute(db);
  return new Set(rows.map(({ callId }) => callId));
}

function ended(): Error {
  return problem('call.ended', 'This call has ended already. You are where your last state says.');
}
