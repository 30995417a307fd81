import { BY_LIVEKIT } from '@latido/core';
import type {
  Fact,
  FactSource,
  Interval,
  IntervalState,
  LeftReason,
  OpenSpan,
  Span,
  TrackSaid,
} from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { FACT_LOG } from './append-facts.ts';
import { shownPayload } from './packed-payload.ts';

interface FactRow {
  seq: bigint;
  source: FactSource;
  source_event_id: string;
  room_name: string;
  room_sid: string | null;
  participant_sid: string | null;
  identity: string | null;
  call_id: string | null;
  type: string;
  occurred_at: Date;
  received_at: Date;
  payload: Record<string, unknown> | null;
  packed: string | null;
}

/** A stretch of time to ask for: what touches it is in. Epoch ms. */
export interface Period {
  readonly fromAt?: number;
  readonly toAt?: number;
}

/** A page of a log: facts after a place, at most so many. */
export interface FactPage {
  readonly after?: bigint;
  readonly limit?: number;
}

const PAGE = 200;

/**
 * The facts of a call: those that name it, and those about its people's sids. In the log's order.
 */
export async function factsOfCall(db: DbOrTx, callId: string, page: FactPage = {}): Promise<Fact[]> {
  return await pageOfPlaces(
    db,
    sql`select no from presence.place where call_id = ${callId}
      union all
      select p.no from presence.interval i join presence.place p on p.participant_sid = i.participant_sid
       where i.call_id = ${callId} and p.call_id is distinct from ${callId}`,
    page,
  );
}

/** The rooms of LiveKit that go by a name: that of this name, and those of calls that people called so. */
export const roomsCalled = (name: string): RawBuilder<unknown> =>
  sql`any(array(select c.room_name from presence.room_claim c where c.alias = ${name}) || ${name}::text)`;

/** The facts of a room by its name, in the log's order. */
export async function factsOfRoom(db: DbOrTx, roomName: string, page: FactPage = {}): Promise<Fact[]> {
  return await pageOfPlaces(
    db,
    sql`select no from presence.place where room_name = ${roomsCalled(roomName)}`,
    page,
  );
}

/**
 * The facts of some places, in the log's order. Each place by the index and a page at most: an "or" reads the log from the
 * cursor on, 15 s of it with four million facts.
 */
async function pageOfPlaces(db: DbOrTx, places: RawBuilder<unknown>, page: FactPage): Promise<Fact[]> {
  const { after = 0n, limit = PAGE } = page;
  const { rows } = await sql<FactRow>`
    select f.seq, presence.source_of(f.source) as source, f.source_event_id, p.room_name, p.room_sid, p.participant_sid,
        p.identity, p.call_id, t.name as type, f.occurred_at, f.received_at,
        case when f.packed is null then coalesce(f.payload, presence.plain_payload(f.source, f.source_event_id)) end as payload,
        encode(f.packed, 'base64') as packed
      from (select own.seq from (${places}) of_them, lateral (
          select seq from presence.fact where place_no = of_them.no and seq > ${after} order by seq limit ${limit}) own
        order by own.seq limit ${limit}) found
      join presence.fact f on f.seq = found.seq
      join presence.place p on p.no = f.place_no
      join presence.fact_type t on t.no = f.type_no
     order by f.seq`.execute(db);
  return rows.map(toFact);
}

/** An interval in JSON. Instants are epoch ms. */
type IntervalJson = [
  participantSid: string,
  roomSid: string,
  roomName: string,
  identity: string,
  personId: string | null,
  name: string,
  kind: string,
  callId: string | null,
  joinedAt: number,
  leftAt: number | null,
  leftAtMin: number | null,
  leftAtMax: number | null,
  joinReason: string | null,
  leftReason: LeftReason | null,
  lastProofAt: number,
  state: IntervalState,
  supersededBy: string | null,
  gaps: OpenSpan[],
  unpaid: OpenSpan[],
  named: boolean,
  outageAt: number[] | null,
  closedAt: number[] | null,
  beating: boolean,
  listed: boolean,
  tracks: TrackSaid[] | null,
];

/** An instant's column as epoch ms. */
export const ms = (column: string): RawBuilder<unknown> =>
  sql`round(date_part('epoch', ${sql.ref(column)}) * 1000)`;

/** The columns of a reading, in the order of {@link IntervalJson}. */
export const readingColumns = sql`participant_sid, room_sid, room_name, identity, person_id, name, kind, call_id,
  ${ms('joined_at')}, ${ms('left_at')}, ${ms('left_at_min')}, ${ms('left_at_max')}, join_reason, left_reason,
  ${ms('last_proof_at')}, state, superseded_by, gaps, unpaid`;

/** The evidence behind an interval is many times as large, and a row on its way from the database costs by its columns. */
const intervalJson = sql`json_build_array(${readingColumns},
  coalesce(jsonb_exists_any(evidence -> 'joins', ${[...BY_LIVEKIT]}::text[]), false), evidence -> 'outageAt',
  evidence -> 'closedAt',   coalesce((evidence -> 'beating')::boolean, false),
  (evidence ->> 'listed') is not null, evidence -> 'tracks')`;

/** The intervals that fit, by joining. */
export async function intervalsWhere(db: DbOrTx, where: RawBuilder<unknown>): Promise<Interval[]> {
  const { rows } = await sql<{ json: string | null }>`
    select json_agg(${intervalJson} order by joined_at, participant_sid)::text as json
    from presence.interval where ${where}`.execute(db);
  return (JSON.parse(rows[0]?.json ?? '[]') as IntervalJson[]).map(toInterval);
}

/** The intervals of a call, by joining. */
export async function intervalsOfCall(db: DbOrTx, callId: string): Promise<Interval[]> {
  return await intervalsWhere(db, sql`call_id = ${callId}`);
}

/** The intervals of some calls, by joining; of each that was asked for. */
export async function intervalsOfCalls(
  db: DbOrTx,
  callIds: readonly string[],
): Promise<Map<string, Interval[]>> {
  const ofCalls = new Map(callIds.map((callId): [string, Interval[]] => [callId, []]));
  if (callIds.length === 0) return ofCalls;
  const intervals = await intervalsWhere(db, sql`call_id = any(${[...callIds]}::text[])`);
  for (const interval of intervals) ofCalls.get(interval.callId ?? '')?.push(interval);
  return ofCalls;
}

/** Where somebody is now, in whatever room, as far as is folded. */
export async function openIntervalsOf(db: DbOrTx, personId: string): Promise<Interval[]> {
  return await intervalsWhere(
    db,
    sql`person_id = ${personId} and state in ('present', 'suspected', 'unreachable')`,
  );
}

/** The intervals of a room by its name that touch a period, by joining. Open ends are wide. */
export async function intervalsOfRoom(
  db: DbOrTx,
  roomName: string,
  period: Period = {},
): Promise<Interval[]> {
  const fromAt = period.fromAt === undefined ? null : new Date(period.fromAt);
  const toAt = period.toAt === undefined ? null : new Date(period.toAt);
  return await intervalsWhere(
    db,
    sql`room_name = ${roomsCalled(roomName)}
      and (${fromAt}::timestamptz is null or left_at is null or left_at >= ${fromAt}::timestamptz)
      and (${toAt}::timestamptz is null or joined_at < ${toAt}::timestamptz)`,
  );
}

/** Those of everybody who has not left, with the last proof that any node has written down. */
export async function watchedIntervals(db: DbOrTx): Promise<Interval[]> {
  const [watched, proved] = await Promise.all([
    intervalsWhere(db, sql`state in ('present', 'suspected', 'unreachable')`),
    provedUntil(db),
  ]);
  return watched.map((interval) => ({
    ...interval,
    lastProofAt: Math.max(interval.lastProofAt, proved.get(interval.participantSid) ?? 0),
  }));
}

/** What people's own beats prove beyond the log. */
export interface SteadyProofs {
  /** By sid. */
  readonly spans: ReadonlyMap<string, Span>;
  /**
   * Whether the follower that asks has read the whole log. Else what it has not read may be that somebody went, or that the call
   * ended: nothing new is charged by these.
   */
  readonly isAllRead: boolean;
}

/** What beats prove that are in no fact, of some calls' people, for a follower of the log that charges by it. */
export async function steadyProofs(
  db: DbOrTx,
  callIds: readonly string[],
  follower: string,
): Promise<SteadyProofs> {
  const { rows } = await sql<{ sid: string; fromAt: number; toAt: number; isAllRead: boolean }>`
    select participant_sid as sid, ${ms('from_at')}::float8 as "fromAt", ${ms('to_at')}::float8 as "toAt",
      ${hasReadAll(follower)} as "isAllRead"
      from presence.proof where call_id = any(${[...callIds]}::text[]) and via = 'beat' order by 1`.execute(
    db,
  );
  return {
    spans: new Map(rows.map(({ sid, fromAt, toAt }) => [sid, [fromAt, toAt]])),
    isAllRead: rows[0]?.isAllRead ?? false,
  };
}

/** Whether a follower has read the whole log of facts. */
export const hasReadAll = (follower: string): RawBuilder<unknown> =>
  sql`(select seq from platform.log_head where name = ${FACT_LOG})
    <= coalesce((select seq from platform.follower where name = ${follower}), 0)`;

/**
 * How far the proofs reach that are no facts (yet), by sid, epoch ms: of everybody, or of these. To watch and to show
 * by, not to charge.
 */
export async function provedUntil(
  db: DbOrTx,
  sids: readonly string[] | null = null,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ sid: string; at: number }>`
    select participant_sid as sid, ${ms('to_at')}::float8 as at from presence.proof
    where ${sids}::text[] is null or participant_sid = any(${sids}::text[])`.execute(db);
  return new Map(rows.map(({ sid, at }) => [sid, at]));
}

function toFact(row: FactRow): Fact {
  const names = {
    type: row.type,
    sourceEventId: row.source_event_id,
    roomName: row.room_name,
    roomSid: row.room_sid,
    participantSid: row.participant_sid,
    identity: row.identity,
    receivedAt: row.received_at.getTime(),
  };
  return {
    seq: row.seq,
    source: row.source,
    ...names,
    callId: row.call_id,
    occurredAt: row.occurred_at.getTime(),
    payload: row.packed === null ? (row.payload ?? {}) : shownPayload(row.packed, names),
  };
}

function toInterval(json: IntervalJson): Interval {
  const [participantSid, roomSid, roomName, identity, personId, name, kind, callId, ...more] = json;
  const [joinedAt, leftAt, leftAtMin, leftAtMax, joinReason, leftReason, lastProofAt, ...rest] = more;
  const [state, supersededBy, gaps, unpaid, named, outageAt, closedAt, beating, listed, tracks] = rest;
  return {
    participantSid,
    roomSid,
    roomName,
    identity,
    personId,
    name,
    kind,
    callId,
    joinedAt,
    leftAt,
    leftAtMin,
    leftAtMax,
    joinReason: joinReason ?? 'webhook',
    leftReason,
    lastProofAt,
    state,
    supersededBy,
    gaps,
    unpaid,
    named,
    outageAt: outageAt ?? [],
    closedAt: closedAt ?? [],
    beating,
    listed,
    ...(tracks === null ? {} : { tracks }),
  };
}
