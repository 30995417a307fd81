import { sql } from 'kysely';
import { personsById } from '../access/index.ts';
import { inACall } from '../calls/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import { askedUntil } from './ask.ts';
import type { MatchingDeps } from './ports.ts';
import { engagementsOf, waitingOfEach, type Engagement, type WaitingRow } from './store.ts';

export type { Engagement };

/** Somebody whom somebody is offered. */
interface Partner {
  readonly name: string;
  /** Stars; null while few gave some. */
  readonly rating: number | null;
}

/** All that says where some people stand, each by their id. */
export interface Known {
  readonly rows: ReadonlyMap<string, WaitingRow>;
  readonly offers: ReadonlyMap<string, Engagement>;
  /** The call that goes on of who is in no offer. */
  readonly calls: ReadonlyMap<string, { readonly id: string; readonly roomName: string }>;
  /** Until when they are told that somebody is on air (epoch ms). */
  readonly asks: ReadonlyMap<string, number>;
  readonly partners: ReadonlyMap<string, Partner>;
}

/** Somebody of whom it is asked. */
export interface Asker {
  readonly personId: string;
  readonly name: string;
}

/** Reads it in a few statements, however many they are. */
export async function knownOf(
  { db, clock }: Pick<MatchingDeps, 'db' | 'clock'>,
  people: readonly Asker[],
): Promise<Known> {
  const personIds = people.map(({ personId }) => personId);
  const [rows, offers] = await Promise.all([waitingOfEach(db, personIds), engagementsOf(db, personIds)]);
  const free = personIds.filter((personId) => !offers.has(personId));
  const calls = await ownCalls(db, free);
  const idle = free.filter((personId) => !calls.has(personId) && rows.get(personId)?.side !== 'earner');
  const asks = await askedUntil(db, idle, clock.now());
  return { rows, offers, calls, asks, partners: await partnersOf(db, [...offers.values()], people) };
}

/** Of those who see the other's name: before the call. */
async function partnersOf(
  db: DbOrTx,
  offers: readonly Engagement[],
  known: readonly Asker[],
): Promise<Map<string, Partner>> {
  const shown = offers.filter(
    ({ acceptedAt, callStatus }) => acceptedAt === null || callStatus === 'waiting',
  );
  const ids = [...new Set(shown.flatMap(({ payerId, earnerId }) => [payerId, earnerId]))];
  if (ids.length === 0) return new Map();
  const names = new Map(known.map(({ personId, name }) => [personId, name]));
  // Where an offer is told both of it are asked of.
  const others = await personsById(
    db,
    ids.filter((id) => !names.has(id)),
  );
  const ratings = await ratingsOf(db, ids);
  return new Map(
    ids.map((id) => [
      id,
      { name: names.get(id) ?? others.get(id)?.name ?? '', rating: ratings.get(id) ?? null },
    ]),
  );
}

/** Fewer stars would say who gave them. */
const RATINGS_SHOWN_FROM = 3;

async function ratingsOf(db: DbOrTx, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ personId: string; mean: number; count: bigint }>`
    select of_id as "personId", avg(stars)::float8 as mean, count(*) as count from matching.rating
     where of_id = any(${[...ids]}::text[]) group by of_id`.execute(db);
  const shown = rows.filter(({ count }) => count >= RATINGS_SHOWN_FROM);
  return new Map(shown.map(({ personId, mean }) => [personId, Math.round(mean * 10) / 10]));
}

/** The first call of each that goes on and that matching did not make; those that Next has just ended are over. */
async function ownCalls(
  db: DbOrTx,
  personIds: readonly string[],
): Promise<Map<string, { id: string; roomName: string }>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await sql<{ personId: string; id: string; roomName: string }>`
    select p.person_id as "personId", c.id, c.room_name as "roomName"
      from calls.call_person p join calls.call c on c.id = p.call_id
     where p.person_id = any(${[...personIds]}::text[]) and c.status <> 'waiting' and ${inACall}
       and not exists (select from matching.next n where n.call_id = c.id)
     order by c.id desc`.execute(db);
  return new Map(rows.map(({ personId, id, roomName }) => [personId, { id, roomName }]));
}
