import type { Evidence, Interval } from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { jsonOf } from './json-of.ts';
import { readingColumns } from './store.ts';

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
