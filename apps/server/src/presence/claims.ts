import { personOfIdentity } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** Whose a room of LiveKit is. */
export interface RoomClaim {
  /** LiveKit's name of it; nobody else makes one of that name. */
  readonly room: string;
  /** What people call it. */
  readonly alias: string;
  readonly callId: string;
  /** Who is of the call: their tokens are signed with their id as the identity. */
  readonly people: readonly string[];
  readonly from: Date;
  /** When the call ended; absent while it goes on. */
  readonly to?: Date | null;
}

/**
 * Says whose a room of LiveKit is: from the commit on, facts about it and about these people in it are the call's.
 * Calls claim in the transaction that makes a call, adds a person or ends it. Claiming again replaces what was said.
 */
export async function claimRoom(tx: Tx, claim: RoomClaim): Promise<void> {
  const { room, alias, callId, people, from, to = null } = claim;
  if (to !== null && room === alias) {
    // A room of before calls had rooms of their own: others may be in one of that name from now on.
    await sql`delete from presence.room_claim where room_name = ${room} and call_id = ${callId}`.execute(tx);
    return;
  }
  await sql`
    insert into presence.room_claim (room_name, alias, call_id, people, from_at, to_at)
    values (${room}, ${alias}, ${callId}, ${[...people]}::text[], ${from}::timestamptz, ${to}::timestamptz)
    on conflict (room_name) do update set people = excluded.people, to_at = excluded.to_at`.execute(tx);
}

/** Claims rooms that nobody has claimed, all at once. */
export async function claimNewRooms(tx: Tx, claims: readonly Omit<RoomClaim, 'to'>[]): Promise<void> {
  const rows = claims.map(({ room, alias, callId, people, from }) => ({ room, alias, callId, people, from }));
  await sql`
    insert into presence.room_claim (room_name, alias, call_id, people, from_at)
    select r.room, r.alias, r."callId", r.people, r."from"
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as r (room text, alias text, "callId" text, people text[], "from" timestamptz)`.execute(tx);
}

/** A claimed room, as it is known now. */
export type ClaimedRoom = Pick<RoomClaim, 'room' | 'alias' | 'callId' | 'people' | 'from'> & {
  /** Whether the call goes on. */
  readonly isOpen: boolean;
};

/** Which of these rooms of LiveKit belong to a call, by name. */
export async function claimedRooms(db: DbOrTx, rooms: readonly string[]): Promise<Map<string, ClaimedRoom>> {
  if (rooms.length === 0) return new Map();
  const { rows } = await sql<ClaimedRoom>`
    select room_name as room, alias, call_id as "callId", people, from_at as "from", to_at is null as "isOpen" from presence.room_claim
    where room_name = any(${[...new Set(rooms)]}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.room, row]));
}

/** Whether an identity is of the call that has a room. */
export async function isOfCall(db: DbOrTx, roomName: string, identity: string): Promise<boolean> {
  const room = (await claimedRooms(db, [roomName])).get(roomName);
  return room?.people.includes(personOfIdentity(identity) ?? identity) === true;
}

/** When those of these sids left that have, by sid, epoch ms. */
export async function leftAtOf(db: DbOrTx, sids: readonly string[]): Promise<Map<string, number>> {
  if (sids.length === 0) return new Map();
  const { rows } = await sql<{ sid: string; leftAt: Date | null }>`
    select participant_sid as sid, left_at as "leftAt" from presence.interval
     where participant_sid = any(${[...sids]}::text[]) and state = 'left'`.execute(db);
  return new Map(rows.flatMap(({ sid, leftAt }) => (leftAt === null ? [] : [[sid, leftAt.getTime()]])));
}

/** The rooms of LiveKit whose calls go on, with the people of each call. */
export async function openRooms(db: DbOrTx): Promise<Map<string, readonly string[]>> {
  const { rows } = await sql<{ room: string; people: string[] }>`
    select room_name as room, people from presence.room_claim where to_at is null order by from_at`.execute(
    db,
  );
  return new Map(rows.map(({ room, people }) => [room, people]));
}
