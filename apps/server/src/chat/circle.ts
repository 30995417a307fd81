import { callById, peopleOf, seesAll, type Viewer } from '../calls/index.ts';
import { problem, type DbOrTx } from '../platform/index.ts';
import { isRoomSid, peopleOfRoomSid } from '../presence/index.ts';

/** Who writes together: a call, or what a free room is from its opening to its end, whose id is the sid that LiveKit gave it (CHAT-19). */
export interface Circle {
  readonly id: string;
  readonly isOver: boolean;
  /** Who reads: of a room whoever has been in it. */
  readonly people: readonly string[];
  /** Who writes: of a room who is in it now. Of one that is over nobody does, and each is told so. */
  readonly writers: readonly string[];
}

/** Whose words these are; null where there is no such call, and where nobody was in such a room. */
export async function circleOf(db: DbOrTx, id: string): Promise<Circle | null> {
  if (isRoomSid(id)) return await circleOfRoom(db, id);
  const call = await callById(db, id);
  if (!call) return null;
  const people = await readersOf(db, id);
  return { id, isOver: call.status === 'ended', people, writers: people };
}

async function circleOfRoom(db: DbOrTx, id: string): Promise<Circle | null> {
  const all = await peopleOfRoomSid(db, id);
  if (all.length === 0) return null;
  const people = all.map(({ personId }) => personId);
  const there = all.flatMap(({ personId, isThere }) => (isThere ? [personId] : []));
  const isOver = there.length === 0;
  return { id, isOver, people, writers: isOver ? people : there };
}

/** Who reads in it, beside staff. */
export async function readersOf(db: DbOrTx, id: string): Promise<readonly string[]> {
  const people = isRoomSid(id) ? await peopleOfRoomSid(db, id) : await peopleOf(db, id);
  return people.map(({ personId }) => personId);
}

/**
 * For who reads: its people, and staff.
 *
 * @throws call.not_found also for those of others: nobody learns that they exist
 */
export async function circleForReader(db: DbOrTx, id: string, reader: Viewer): Promise<Circle> {
  return forReader(await circleOf(db, id), { id, reader });
}

/** For one of its people, also once they have left. @throws call.not_found, call.not_yours */
export async function circleOfPerson(db: DbOrTx, id: string, { personId, ...more }: Viewer): Promise<Circle> {
  const circle = await circleForReader(db, id, { personId, ...more });
  // Staff read along; only its people speak in it.
  if (!circle.people.includes(personId)) throw notTheirs(circle);
  return circle;
}

/** For who writes. @throws call.not_found, call.not_yours */
export async function circleForWriter(db: DbOrTx, id: string, writer: Viewer): Promise<Circle> {
  return forWriter(await circleOf(db, id), { id, writer });
}

/** The same, of a circle that was looked up. @throws call.not_found, call.not_yours */
export function forWriter(circle: Circle | null, { id, writer }: { id: string; writer: Viewer }): Circle {
  const found = forReader(circle, { id, reader: writer });
  if (!found.writers.includes(writer.personId)) throw notTheirs(found);
  return found;
}

function forReader(circle: Circle | null, { id, reader }: { id: string; reader: Viewer }): Circle {
  if (circle && (circle.people.includes(reader.personId) || seesAll(reader))) return circle;
  throw problem('call.not_found', `There is no call ${id.slice(0, 64)}, or it is not yours.`);
}

function notTheirs({ id }: Circle): Error {
  const who = isRoomSid(id) ? 'who is in this room now writes' : 'people of this call write';
  return problem('call.not_yours', `Only ${who} in it.`);
}
