import type { Evidence, Fact, FactSource, Interval } from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { unpackPayload } from './packed-payload.ts';
import { ms, readingColumns } from './store.ts';

/*
 * What the fold reads comes as one JSON text: in the embedded database a row of fifteen columns costs more on its way
 * through the thread than on the disk, and there are thousands in a batch.
 */

/** After which fact, up to which one, how many. */
type ReadPlace = [after: bigint, upTo: bigint, limit: number];

/** What facts are about, in JSON: many are about the same. */
type PlaceJson = [
  no: number,
  roomName: string,
  roomSid: string | null,
  participantSid: string | null,
  identity: string | null,
  callId: string | null,
];

/** A fact in JSON. Instants are epoch ms. */
type FactJson = [
  seq: number,
  source: FactSource,
  sourceEventId: string,
  placeNo: number,
  type: string,
  occurredAt: number,
  receivedAt: number,
  participant: unknown,
  payload: Record<string, unknown> | null,
  clockOffsetMs: number | null,
  joinedOffsetMs: number | null,
  track: unknown,
  packed: string | null,
];

/**
 * Facts with `after < seq <= upTo`, in order: what a follower of the log reads. Of a webhook's payload only the
 * participant, which track of what source, and how far LiveKit's clock was off: the rest tells a follower nothing, and is most of it.
 */
export async function readFacts(db: DbOrTx, ...[after, upTo, limit]: ReadPlace): Promise<Fact[]> {
  return await factsFrom(
    db,
    sql`select * from presence.fact where seq > ${after} and seq <= ${upTo} order by seq limit ${limit}`,
  );
}

/** All facts about some sids before a place in the log. */
export async function factsOfSids(db: DbOrTx, sids: readonly string[], before: bigint): Promise<Fact[]> {
  if (sids.length === 0) return [];
  // A look-up of its own for each sid, whatever the statistics say of a log that grows faster than they are gathered.
  return await factsFrom(
    db,
    sql`select f.* from unnest(${[...sids]}::text[]) as asked (sid),
      lateral (select no from presence.place where participant_sid = asked.sid offset 0) p,
      lateral (select * from presence.fact where place_no = p.no and seq < ${before} offset 0) f`,
  );
}

/** The ends of some rooms up to a place in the log. */
export async function roomEnds(db: DbOrTx, roomSids: readonly string[], upTo: bigint): Promise<Fact[]> {
  if (roomSids.length === 0) return [];
  return await factsFrom(
    db,
    sql`select f.* from presence.place p, lateral (
        select * from presence.fact where place_no = p.no and seq <= ${upTo} and type_no < 1000
          and type_no = (select no from presence.fact_type where name = 'room_finished') offset 0) f
      where p.room_sid = any(${[...roomSids]}::text[]) and p.participant_sid is null`,
  );
}

/** What some rows of the log say, in its order. */
async function factsFrom(db: DbOrTx, rows: RawBuilder<unknown>): Promise<Fact[]> {
  const [said] = await jsonOf<[FactJson[] | null, PlaceJson[] | null]>(
    db,
    sql`with f as materialized (${rows})
      select json_build_array(json_build_array((select json_agg(${factJson} order by f.seq)
          from f join presence.fact_type t on t.no = f.type_no),
        (select json_agg(json_build_array(p.no, p.room_name, p.room_sid, p.participant_sid, p.identity, p.call_id))
          from presence.place p where p.no = any(array(select distinct place_no from f)))))::text as json`,
  );
  const [facts, places] = said ?? [null, null];
  const placeOf = new Map(places?.map((place) => [place[0], place]));
  return (facts ?? []).flatMap((fact) => {
    const place = placeOf.get(fact[3]);
    return place === undefined ? [] : [factIn(place, fact)];
  });
}

/** In the order of {@link FactJson}, of a row `f` of a type `t`. */
const factJson = sql`json_build_array(f.seq, presence.source_of(f.source), f.source_event_id, f.place_no, t.name,
  ${ms('f.occurred_at')}, ${ms('f.received_at')}, case when f.source = 1 then f.payload -> 'participant' end,
  case when f.source <> 1 then coalesce(f.payload, presence.plain_payload(f.source, f.source_event_id)) end,
  case when f.source = 1 then f.payload -> 'clockOffsetMs' end,
  case when f.source = 1 then f.payload -> 'joinedOffsetMs' end,
  case when f.source = 1 and f.payload is not null and t.name in ('track_published', 'track_unpublished') then
    json_build_object('sid', f.payload #> '{track,sid}', 'source', f.payload #> '{track,source}') end, encode(f.packed, 'base64'))`;

function factIn(
  [, roomName, roomSid, participantSid, identity, callId]: PlaceJson,
  [seq, source, sourceEventId, , type, ...more]: FactJson,
): Fact {
  const [occurredAt, receivedAt, participant, payload, clockOffsetMs, joinedOffsetMs, track, packed] = more;
  const names = { type, sourceEventId, roomName, roomSid, participantSid, identity, receivedAt };
  const fact = { seq: BigInt(seq), source, ...names, callId, occurredAt };
  if (packed === null)
    return { ...fact, payload: payload ?? said({ participant, clockOffsetMs, joinedOffsetMs, track }) };
  let unpacked: Record<string, unknown> | undefined;
  return {
    ...fact,
    // Unpacked by whoever folds it: what cannot be is then the fault of this fact's key, and not of the whole page (PRES-R40).
    get payload() {
      return (unpacked ??= said(heardOf(unpackPayload(packed, names), type)));
    },
  };
}

/** Without what was not said. */
function said(told: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(told).filter(([, what]) => what != null));
}

/** Of a webhook's payload what a follower is told. */
function heardOf(payload: Record<string, unknown>, type: string): object {
  const { participant, clockOffsetMs, joinedOffsetMs, track } = payload;
  const heard = { participant, clockOffsetMs, joinedOffsetMs };
  if (type !== 'track_published' && type !== 'track_unpublished') return heard;
  const { sid, source } = (track ?? {}) as Record<string, unknown>;
  return { ...heard, track: { sid: sid ?? null, source: source ?? null } };
}

/** An interval as it is stored, as far as the fold needs it: what it is read from, and the columns of the reading. */
export interface StoredReading {
  readonly participantSid: string;
  readonly evidence: Evidence;
  /** Equal to {@link columnsOf} of the reading that is stored. */
  readonly columns: string;
}

/** What a reading is written from. */
export interface NewReading {
  readonly interval: Interval;
  readonly evidence: Evidence;
}

/** What of an interval is stored in columns of their own, in the order of the table. Instants are epoch ms. */
export const COLUMNS = [
  'participantSid',
  'roomSid',
  'roomName',
  'identity',
  'personId',
  'name',
  'kind',
  'callId',
  'joinedAt',
  'leftAt',
  'leftAtMin',
  'leftAtMax',
  'joinReason',
  'leftReason',
  'lastProofAt',
  'state',
  'supersededBy',
  'gaps',
  'unpaid',
] as const satisfies readonly (keyof Interval)[];

/** The columns of a reading as one text, to see whether it has changed. */
export function columnsOf(interval: Interval): string {
  return JSON.stringify(COLUMNS.map((column) => interval[column]));
}

const readingJson = sql`json_build_array(evidence, json_build_array(${readingColumns}))`;

async function readingsFrom(db: DbOrTx, intervals: RawBuilder<unknown>): Promise<StoredReading[]> {
  const all = await jsonOf<[Evidence, unknown[]]>(
    db,
    sql`select json_agg(${readingJson})::text as json from (${intervals}) i`,
  );
  return all.map(([evidence, columns]) => ({
    participantSid: String(columns[0]),
    evidence,
    columns: JSON.stringify(columns),
  }));
}

/** What is stored of some sids. */
export async function storedOfSids(db: DbOrTx, sids: readonly string[]): Promise<StoredReading[]> {
  if (sids.length === 0) return [];
  return await readingsFrom(
    db,
    sql`select i.* from presence.interval i where i.participant_sid = any(${[...sids]}::text[])`,
  );
}

/** An identity in a room, whose sids are read together. */
export interface ScopeKey {
  readonly roomName: string;
  readonly identity: string;
}

/** What is stored of all sids of some identities in their rooms. */
export async function storedOfScopes(db: DbOrTx, scopes: readonly ScopeKey[]): Promise<StoredReading[]> {
  if (scopes.length === 0) return [];
  return await readingsFrom(
    db,
    sql`select i.* from unnest(${scopes.map(({ roomName }) => roomName)}::text[], ${scopes.map(({ identity }) => identity)}::text[])
        as s (room_name, identity) join presence.interval i on i.room_name = s.room_name and i.identity = s.identity`,
  );
}

/** The sids that were in some rooms, by room sid. */
export async function sidsOfRooms(db: DbOrTx, roomSids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ participant_sid: string }>`
    select participant_sid from presence.interval where room_sid = any(${[...roomSids]}::text[])`.execute(db);
  return rows.map((row) => row.participant_sid);
}

/** From when on its other sids matter. */
export interface Scope extends ScopeKey {
  readonly fromAt: number;
  /** Its sids that are known already. */
  readonly sids: readonly string[];
}

const SIBLINGS_WITHIN_MS = 48 * 3_600_000;

/**
 * The other sids that may change when a known one of a scope does: those that are open, those that gave way to it,
 * and whatever joined from shortly before on. Older ones have an end of their own.
 */
export async function siblingsOf(db: DbOrTx, scopes: readonly Scope[]): Promise<StoredReading[]> {
  if (scopes.length === 0) return [];
  const sids = scopes.flatMap((scope) => scope.sids);
  const rooms = scopes.map(({ roomName }) => roomName);
  const identities = scopes.map(({ identity }) => identity);
  const fromAts = scopes.map(({ fromAt }) => new Date(fromAt - SIBLINGS_WITHIN_MS).toISOString());
  return await readingsFrom(
    db,
    sql`select i.* from unnest(${rooms}::text[], ${identities}::text[], ${fromAts}::timestamptz[])
        as s (room_name, identity, from_at), lateral (select * from presence.interval i
          where i.room_name = s.room_name and i.identity = s.identity and i.participant_sid <> all(${sids}::text[])
            and (i.left_at is null or i.joined_at >= s.from_at or i.superseded_by = any(${sids}::text[]))) i`,
  );
}

/** A row of the table in JSON, as {@link writeReadings} takes it. */
export function rowTextOf({ interval, evidence }: NewReading): string {
  return JSON.stringify({ ...rowOf(interval), evidence });
}

/** Writes readings over what was there. */
export async function writeReadings(tx: Tx, rowTexts: readonly string[]): Promise<void> {
  await sql`
    insert into presence.interval
    select r.* from jsonb_populate_recordset(null::presence.interval, ${`[${rowTexts.join(',')}]`}::jsonb) r
    on conflict (participant_sid) do update set
      room_sid = excluded.room_sid, room_name = excluded.room_name, identity = excluded.identity,
      person_id = excluded.person_id, name = excluded.name, kind = excluded.kind, call_id = excluded.call_id,
      joined_at = excluded.joined_at, left_at = excluded.left_at, left_at_min = excluded.left_at_min,
      left_at_max = excluded.left_at_max, join_reason = excluded.join_reason, left_reason = excluded.left_reason,
      last_proof_at = excluded.last_proof_at, state = excluded.state, superseded_by = excluded.superseded_by,
      gaps = excluded.gaps, unpaid = excluded.unpaid, evidence = excluded.evidence`.execute(tx);
}

function rowOf(interval: Interval) {
  const instant = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    participant_sid: interval.participantSid,
    room_sid: interval.roomSid,
    room_name: interval.roomName,
    identity: interval.identity,
    person_id: interval.personId,
    name: interval.name,
    kind: interval.kind,
    call_id: interval.callId,
    joined_at: instant(interval.joinedAt),
    left_at: instant(interval.leftAt),
    left_at_min: instant(interval.leftAtMin),
    left_at_max: instant(interval.leftAtMax),
    join_reason: interval.joinReason,
    left_reason: interval.leftReason,
    last_proof_at: instant(interval.lastProofAt),
    state: interval.state,
    superseded_by: interval.supersededBy,
    gaps: interval.gaps,
    unpaid: interval.unpaid,
  };
}

/** The array that a statement gives as text in its column `json`; empty where it gives null. */
async function jsonOf<T>(db: DbOrTx, statement: RawBuilder<unknown>): Promise<T[]> {
  const { rows } = await sql<{ json: string | null }>`${statement}`.execute(db);
  return JSON.parse(rows[0]?.json ?? '[]') as T[];
}
