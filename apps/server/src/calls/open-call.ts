import type { CallMember } from '@latido/core';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { chance, enqueue, newId, problem } from '../platform/index.ts';
import { claimNewRooms, claimRoom, openIntervalsOf } from '../presence/index.ts';
import type { CallRow } from './store.ts';
import {
  callById,
  findOpenCall,
  insertCall,
  insertCallsOfTwo,
  insertPerson,
  lockCalls,
  markRemoved,
  peopleOf,
} from './store.ts';

/** A new call. */
export interface NewCall {
  readonly roomName: string;
  readonly kind: CallRow['kind'];
  readonly people: readonly CallMember[];
  readonly createdBy: string;
  /** Who is called to it, and until when it rings there. */
  readonly ring?: { readonly called: string; readonly until: Date } | undefined;
  /** Default: now. */
  readonly createdAt?: Date;
}

/** 160 bits: whoever has not been given the name of a call's room in LiveKit does not know it. */
const ROOM_CHANCE = 32;

/** Roles that one person of a call has. */
const UNIQUE_ROLES: readonly CallMember['role'][] = ['payer', 'earner'];

/**
 * Makes a call, or finds the one that goes on in the room, and puts the people into it. Two who ask in the same
 * moment get the same call. The call's row is locked afterwards. Whatever people call its room, in LiveKit it has one
 * of its own, made up here (CALL-18).
 *
 * @throws call.not_yours when the call that goes on is between others
 */
export async function createCall(tx: Tx, made: NewCall): Promise<CallRow> {
  const { roomName, kind, createdBy, people } = made;
  const id = newId('call');
  // A call that ends between the two statements is followed by a new one; three such ends in a row do not happen.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const isNew = await insertCall(tx, {
      id,
      roomName,
      livekitRoom: `room-${chance(ROOM_CHANCE)}`,
      kind,
      createdBy,
      createdAt: made.createdAt ?? new Date(),
      called: made.ring?.called ?? null,
      ringsUntil: made.ring?.until ?? null,
    });
    const found = isNew ? await callById(tx, id) : await findOpenCall(tx, roomName);
    if (!found) continue;
    const [locked] = await lockCalls(tx, [found.id]);
    if (!locked || locked.status === 'ended') continue;
    for (const member of people) await insertMember(tx, locked.id, member);
    await claimRoomOf(tx, locked);
    return locked;
  }
  throw problem('call.ended', `The call in ${roomName} has just ended. Ask again.`);
}

/** A paid call between two in a room of a name that nobody else has. */
export interface NewCallOfTwo {
  readonly roomName: string;
  readonly payerId: string;
  readonly earnerId: string;
}

/** Makes calls in rooms whose names were just made up, all at once: they are new, and nobody else knows of them. Their ids, in order. */
export async function createCallsOfTwo(
  tx: Tx,
  made: readonly NewCallOfTwo[],
  createdAt: Date,
): Promise<string[]> {
  const calls = made.map(({ roomName, payerId, earnerId }) => ({
    roomName,
    payerId,
    earnerId,
    id: newId('call'),
    livekitRoom: `room-${chance(ROOM_CHANCE)}`,
    createdAt,
  }));
  await insertCallsOfTwo(tx, calls);
  const claims = calls.map(({ id, roomName, livekitRoom, payerId, earnerId }) => ({
    room: livekitRoom,
    alias: roomName,
    callId: id,
    people: [payerId, earnerId],
    from: createdAt,
  }));
  await claimNewRooms(tx, claims);
  return calls.map(({ id }) => id);
}

/**
 * Puts a person into a call. Who is in it already stays what they are.
 *
 * @throws call.not_yours for a third person, and where the role is taken
 */
export async function addPerson(tx: Tx, callId: string, member: CallMember): Promise<void> {
  const [call] = await lockCalls(tx, [callId]);
  if (!call) throw problem('call.not_found', `There is no call ${callId.slice(0, 64)}.`);
  await insertMember(tx, callId, member);
  await claimRoomOf(tx, call);
}

/**
 * Takes a person out of a call: from the commit on they are a stranger to it, whatever token they have (CALL-29).
 * LiveKit may hear of it much later: who is let in again by then stays (CALL-37). Say `hintRemoved` after the commit.
 */
export async function removePerson(
  tx: Tx,
  of: { callId: string; personId: string; at: Date },
): Promise<void> {
  const [call] = await lockCalls(tx, [of.callId]);
  if (!call || call.status === 'ended') return;
  await markRemoved(tx, of);
  await claimRoomOf(tx, call);
  const stays = (await openIntervalsOf(tx, of.personId)).filter(({ callId }) => callId === call.id);
  // Also under the name of their token alone: that they came may not be folded yet.
  for (const identity of new Set([of.personId, ...stays.map((stay) => stay.identity)])) {
    const payload = { roomName: call.livekitRoom, identity, unlessOfCall: true };
    const key = `out:${call.id}:${identity}:${of.at.getTime()}`;
    await enqueue(tx, { topic: 'livekit.remove_participant', key, payload });
  }
}

/** From the commit on, what LiveKit says of these people in the call's room is about the call. */
export async function claimRoomOf(tx: Tx, call: CallRow, to: Date | null = null): Promise<void> {
  const people = (await peopleOf(tx, call.id)).map(({ personId }) => personId);
  const { id: callId, roomName: alias, livekitRoom: room, createdAt: from } = call;
  await claimRoom(tx, { room, alias, callId, people, from, to });
}

async function insertMember(tx: Tx, callId: string, member: CallMember): Promise<void> {
  const people = await peopleOf(tx, callId);
  if (people.some((each) => each.personId === member.personId)) return;
  const taken = UNIQUE_ROLES.includes(member.role) && people.some((each) => each.role === member.role);
  const full = people.filter((each) => UNIQUE_ROLES.includes(each.role)).length >= UNIQUE_ROLES.length;
  if (taken || full) {
    const who = taken ? `somebody else is its ${member.role}` : 'two people are in it already';
    throw problem('call.not_yours', `This call is between other people: ${who}.`);
  }
  await insertPerson(tx, callId, member);
}

/** Who wants to see a call. */
export interface Viewer {
  readonly personId: string;
  readonly roles: readonly string[];
  readonly scopes?: readonly string[];
}

/** Whether somebody sees every call. */
export function seesAll(viewer: Viewer): boolean {
  return (
    viewer.roles.some((role) => role === 'admin' || role === 'manager') ||
    (viewer.scopes ?? []).includes('calls:read')
  );
}

/**
 * A call, if it is of this person or they see all.
 *
 * @throws call.not_found also for the calls of others: nobody learns that they exist
 */
export async function callForPerson(db: DbOrTx, id: string, viewer: Viewer): Promise<CallRow> {
  const call = await callById(db, id);
  if (call && (seesAll(viewer) || (await isOf(db, call.id, viewer.personId)))) return call;
  throw problem('call.not_found', `There is no call ${id.slice(0, 64)}, or it is not yours.`);
}

/** Whether a person is in a call. */
export async function isOf(db: DbOrTx, callId: string, personId: string): Promise<boolean> {
  const people = await peopleOf(db, callId);
  return people.some((each) => each.personId === personId);
}
