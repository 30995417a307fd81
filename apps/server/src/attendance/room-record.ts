import type { Interval } from '@latido/core';
import type { Principal } from '../access/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import type { Period } from '../presence/index.ts';
import { factsOfRoom, intervalsOfRoom } from '../presence/index.ts';

/** Who may read the record of any room: roles that are given. Whoever may take a role at sign-up reads their own rooms. */
const READERS: readonly string[] = ['admin', 'manager'];
/** The scope of an API key that may. */
export const ATTENDANCE_SCOPE = 'attendance:read';

/** Whether somebody may read the record of any room. */
export function readsEveryRoom({ roles, scopes }: Principal): boolean {
  return roles.some((role) => READERS.includes(role)) || scopes.includes(ATTENDANCE_SCOPE);
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
  const visible = readsEveryRoom(principal) ? all : ownMeetings(all, principal.personId);
  if (visible.length === 0 && !(readsEveryRoom(principal) && (await isKnown(db, roomName)))) {
    throw problem('room.not_found', `Nobody was in a room ${roomName.slice(0, 128)}, or it was not yours.`);
  }
  const { fromAt = -Infinity, toAt = Infinity } = period ?? {};
  return visible.filter(({ joinedAt, leftAt }) => joinedAt < toAt && (leftAt ?? Infinity) >= fromAt);
}

/** Whether LiveKit has told of a room, even if nobody was in it. */
async function isKnown(db: DbOrTx, roomName: string): Promise<boolean> {
  return (await factsOfRoom(db, roomName, { limit: 1 })).length > 0;
}

function ownMeetings(all: readonly Interval[], personId: string): Interval[] {
  const own = all.filter((interval) => interval.personId === personId && interval.state !== 'aborted');
  const rooms = new Set(own.map(({ roomSid }) => roomSid).filter((sid) => sid !== ''));
  const calls = new Set(own.flatMap(({ callId }) => callId ?? []));
  return all.filter(({ roomSid, callId }) => rooms.has(roomSid) || (callId !== null && calls.has(callId)));
}
