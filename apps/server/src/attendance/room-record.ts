import { isAttended, type Interval } from '@latido/core';
import type { Principal } from '../access/index.ts';
import { callsRemovedFrom } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { OwnOf, Period } from '../presence/index.ts';
import { factsOfRoom, intervalsOfRoom } from '../presence/index.ts';

/** Who may read the record of any room: roles that are given. Whoever may take a role at sign-up reads their own rooms. */
const READERS: readonly string[] = ['admin', 'manager'];
/** The scope of an API key that may. */
export const ATTENDANCE_SCOPE = 'attendance:read';

/** Whether somebody may read the record of any room. */
export function readsEveryRoom({ roles, scopes }: Principal): boolean {
  return roles.some((role) => READERS.includes(role)) || scopes.includes(ATTENDANCE_SCOPE);
}

/** Whose meetings are shown: undefined where all are. */
export async function ownOf(db: DbOrTx, principal: Principal): Promise<OwnOf | undefined> {
  if (readsEveryRoom(principal)) return undefined;
  const { personId } = principal;
  return { personId, notOfCalls: await callsRemovedFrom(db, personId) };
}

/** A room by its name, as far as this person may see it. */
export interface RoomAsked {
  readonly roomName: string;
  readonly principal: Principal;
  readonly period?: Period;
}

/**
 * The intervals of a room, also of one that only LiveKit's webhooks told us about. Somebody who was in the room sees
 * the meetings that they were in (by LiveKit's room sid, or by call); another meeting of that name is not theirs.
 *
 * @throws AppError room.not_found also for rooms of others: nobody learns that they exist
 */
export async function roomRecord(
  db: DbOrTx,
  { roomName, principal, period }: RoomAsked,
): Promise<Interval[]> {
  const all = await intervalsOfRoom(db, roomName);
  const own = await ownOf(db, principal);
  const visible = own === undefined ? all : ownMeetings(all, own);
  if (visible.length === 0 && !(own === undefined && (await isKnown(db, roomName)))) {
    throw problem('room.not_found', `Nobody was in a room ${roomName.slice(0, 128)}, or it was not yours.`);
  }
  const { fromAt = -Infinity, toAt = Infinity } = period ?? {};
  return visible.filter(({ joinedAt, leftAt }) => joinedAt < toAt && (leftAt ?? Infinity) >= fromAt);
}

/** Whether LiveKit has told of a room, even if nobody was in it. */
async function isKnown(db: DbOrTx, roomName: string): Promise<boolean> {
  return (await factsOfRoom(db, roomName, { limit: 1 })).length > 0;
}

/** Own is where LiveKit had them (ATT-20). What goes on in the room of a call is the call's: who strayed into it sees nothing of it. */
function ownMeetings(all: readonly Interval[], { personId, notOfCalls }: OwnOf): Interval[] {
  const own = all.filter((interval) => interval.personId === personId && isAttended(interval));
  const calls = new Set(own.flatMap(({ callId }) => callId ?? []).filter((id) => !notOfCalls.includes(id)));
  const ofCalls = all.filter(({ callId }) => callId !== null);
  const taken = new Set(ofCalls.map(({ roomSid }) => roomSid));
  const free = own.filter(({ callId, roomSid }) => callId === null && roomSid !== '' && !taken.has(roomSid));
  const theirs = ofCalls.filter(({ callId }) => calls.has(callId ?? ''));
  const rooms = new Set([...free, ...theirs].map(({ roomSid }) => roomSid));
  return all.filter(({ roomSid, callId }) => (callId === null ? rooms.has(roomSid) : calls.has(callId)));
}
