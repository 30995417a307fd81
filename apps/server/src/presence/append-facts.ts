import type { NewFact } from '@latido/core';
import { callOfPayload, participantSaid, PERSON_ATTRIBUTE, personOfIdentity } from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Db, DbOrTx, Hints } from '../platform/index.ts';

/** The name of the log, and of the hint that it has grown. */
export const FACT_LOG = 'presence.fact';

/** A room at an instant (epoch ms), whose call is asked for. */
export interface RoomAt {
  readonly roomSid: string;
  readonly at: number;
}

/** Says which call was in each room at that instant, or null. */
export type CallLookup = (db: DbOrTx, rooms: readonly RoomAt[]) => Promise<(string | null)[]>;

/** Somebody of ours in a room, at an instant (epoch ms), whose call is asked for. */
export interface PersonAt {
  readonly roomName: string;
  readonly personId: string;
  readonly at: number;
}

/** Says which call each person was in by the name of the room, or null. */
export type PeopleLookup = (db: DbOrTx, people: readonly PersonAt[]) => Promise<(string | null)[]>;

/** SQL of a jsonb array of `{roomSid, callId, fromAt, toAt}`: the calls that were ever in these rooms, by room sid. */
export type RoomsSql = (roomSids: readonly string[]) => RawBuilder<unknown>;

let lookUpCalls: CallLookup = (_db, rooms) => Promise.resolve(rooms.map(() => null));
let lookUpPeople: PeopleLookup = (_db, people) => Promise.resolve(people.map(() => null));

let roomsSql: RoomsSql | undefined;

/**
 * Calls knows which room belonged to which call; presence, of lower rank, is told here at the start how to ask. With
 * the SQL for it, asking and appending are one statement: each way to the database costs as much as the append.
 */
export function setCallLookup(
  byRoom: CallLookup,
  byPeople: PeopleLookup = lookUpPeople,
  rooms?: RoomsSql,
): void {
  lookUpCalls = byRoom;
  lookUpPeople = byPeople;
  roomsSql = rooms;
}

/**
 * Appends facts to the log. Must be the last statement before the commit: it locks the log's head. Without a
 * transaction it is one by itself. A fact whose
 * (source, sourceEventId) is there already is skipped. After the commit the caller publishes the hint
 * {@link FACT_LOG}.
 *
 * Each fact gets its call: by the participant's attribute, else by what the caller says, else by the interval of its
 * sid, else by the room at that time, else, for a participant that we meet for the first time and whose token was not
 * signed here, by the person and the name of the room.
 */
export async function appendFacts(tx: DbOrTx, told: readonly NewFact[]): Promise<{ stored: number }> {
  if (told.length === 0) return { stored: 0 };
  const facts = once(told);
  const callIds = facts.map((fact) => callOfPayload(fact.payload) ?? fact.callId ?? null);
  // Whether somebody's call has to be asked for by their name is known only once the rooms have been asked.
  const mayBeStrange = facts.some((fact, n) => callIds[n] === null && personOfForeignToken(fact) !== null);
  const inOne = roomsSql !== undefined && !mayBeStrange;
  const roomCallIds = inOne ? [] : await callsByRoom(tx, facts, callIds);
  const rows = facts.map((fact, n) => ({
    ...fact,
    callId: callIds[n],
    roomCallId: roomCallIds[n] ?? null,
    occurredAt: new Date(fact.occurredAt),
    receivedAt: new Date(fact.receivedAt),
  }));
  const { rows: answer } = await sql<{ stored: bigint }>`
    select presence.append(${JSON.stringify(rows)}::jsonb, ${roomsOf(facts, inOne)}) as stored`.execute(tx);
  return { stored: Number(answer[0]?.stored ?? 0n) };
}

function roomsOf(facts: readonly NewFact[], asked: boolean): RawBuilder<unknown> {
  const sids = asked ? [...new Set(facts.flatMap(({ roomSid }) => roomSid ?? []))] : [];
  return sids.length > 0 && roomsSql !== undefined ? roomsSql(sids) : sql`'[]'::jsonb`;
}

/** Each fact once: the first that was told. */
function once(facts: readonly NewFact[]): NewFact[] {
  const bySource = new Map<string, NewFact>();
  for (const fact of facts.toReversed()) bySource.set(`${fact.source} ${fact.sourceEventId}`, fact);
  return bySource.size === facts.length ? [...facts] : [...bySource.values()].toReversed();
}

/** Appends facts in a transaction of their own and tells the followers. */
export async function appendAndHint(
  { db, hints }: { db: Db; hints: Hints },
  facts: readonly NewFact[],
): Promise<{ stored: number }> {
  const answer = await db.transaction().execute((tx) => appendFacts(tx, facts));
  if (answer.stored > 0) hints.publish(FACT_LOG);
  return answer;
}

async function callsByRoom(
  tx: DbOrTx,
  facts: readonly NewFact[],
  callIds: readonly (string | null)[],
): Promise<(string | null)[]> {
  const found: (string | null)[] = facts.map(() => null);
  const open = facts.flatMap(({ roomSid, occurredAt }, n) =>
    callIds[n] === null && roomSid !== null ? [{ n, roomSid, at: occurredAt }] : [],
  );
  if (open.length === 0) return found;
  const byRoom = await lookUpCalls(tx, open);
  open.forEach(({ n }, m) => (found[n] = byRoom[m] ?? null));
  await addCallsByPeople(tx, facts, { callIds, found });
  return found;
}

async function addCallsByPeople(
  tx: DbOrTx,
  facts: readonly NewFact[],
  { callIds, found }: { callIds: readonly (string | null)[]; found: (string | null)[] },
): Promise<void> {
  const strangers = facts.flatMap((fact, n) => {
    if (callIds[n] !== null || found[n] !== null) return [];
    const personId = personOfForeignToken(fact);
    const { participantSid, roomName, occurredAt: at } = fact;
    return personId !== null && participantSid !== null
      ? [{ n, participantSid, roomName, personId, at }]
      : [];
  });
  if (strangers.length === 0) return;
  // Whoever was met without a call stays without: they may have been in the room before the call was made.
  const met = await sidsMet(tx, [...new Set(strangers.map((one) => one.participantSid))]);
  const asked = strangers.filter((one) => !met.has(one.participantSid));
  if (asked.length === 0) return;
  const byPeople = await lookUpPeople(tx, asked);
  asked.forEach(({ n }, m) => (found[n] = byPeople[m] ?? null));
}

/** The person of a participant whose token says neither person nor call; our own always say the person. */
function personOfForeignToken({ identity, payload }: NewFact): string | null {
  if (identity === null || PERSON_ATTRIBUTE in participantSaid(payload).attributes) return null;
  return personOfIdentity(identity);
}

async function sidsMet(tx: DbOrTx, sids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ sid: string }>`
    select participant_sid as sid from presence.interval where participant_sid = any(${sids}::text[])`.execute(
    tx,
  );
  return new Set(rows.map((row) => row.sid));
}
