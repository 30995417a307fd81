import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** Somebody of ours in a room of this name, at an instant (epoch ms). */
export interface PersonInRoom {
  readonly roomName: string;
  readonly personId: string;
  readonly at: number;
}

/**
 * Which call each of these people is in by the room's name alone, or null: for participants whose token was not signed
 * here, so that no attribute names the call. A call that had ended by then is not theirs; of several the one that was
 * open at that instant, else the first that was made after it (a media server whose clock is behind).
 */
export async function callsOfPeople(db: DbOrTx, people: readonly PersonInRoom[]): Promise<(string | null)[]> {
  const rooms = [...new Set(people.map((one) => one.roomName))];
  const persons = [...new Set(people.map((one) => one.personId))];
  const { rows } = await sql<Candidate>`
    select c.id as "callId", c.room_name as "roomName", p.person_id as "personId", c.created_at as "createdAt",
      c.ended_at as "endedAt"
    from calls.call c join calls.call_person p on p.call_id = c.id
    where c.room_name = any(${rooms}::text[]) and p.person_id = any(${persons}::text[])
    order by c.created_at, c.id`.execute(db);
  return people.map((one) => callOf(one, rows));
}

interface Candidate {
  callId: string;
  roomName: string;
  personId: string;
  createdAt: Date;
  endedAt: Date | null;
}

function callOf({ roomName, personId, at }: PersonInRoom, rows: readonly Candidate[]): string | null {
  const open = rows.filter(
    (row) =>
      row.roomName === roomName &&
      row.personId === personId &&
      (row.endedAt === null || row.endedAt.getTime() >= at),
  );
  const then = open.findLast((row) => row.createdAt.getTime() <= at + CUT_SECOND_MS);
  return (then ?? open[0])?.callId ?? null;
}

/** LiveKit cuts times to the second. */
const CUT_SECOND_MS = 1_000;
