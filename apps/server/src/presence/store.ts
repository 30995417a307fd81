import type { Evidence, Fact, FactSource, Interval, IntervalState, LeftReason, OpenSpan } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

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
  payload: Record<string, unknown>;
}

/** What an interval is read from its row by; the evidence behind it is many times as large. */
const COLUMNS = sql`participant_sid, room_sid, room_name, identity, person_id, name, kind, call_id, joined_at, left_at,
  left_at_min, left_at_max, join_reason, left_reason, last_proof_at, state, superseded_by, gaps,
  (evidence -> 'beating')::boolean as beating`;

interface IntervalRow {
  participant_sid: string;
  room_sid: string;
  room_name: string;
  identity: string;
  person_id: string | null;
  name: string;
  kind: string;
  call_id: string | null;
  joined_at: Date;
  left_at: Date | null;
  left_at_min: Date | null;
  left_at_max: Date | null;
  join_reason: string | null;
  left_reason: string | null;
  last_proof_at: Date;
  state: IntervalState;
  superseded_by: string | null;
  gaps: OpenSpan[];
  beating: boolean;
}

interface WholeRow extends IntervalRow {
  evidence: Evidence;
}

/** An interval and what it is read from. */
export interface StoredInterval {
  readonly interval: Interval;
  readonly evidence: Evidence;
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

/** After which fact, up to which one, how many. */
type ReadPlace = [after: bigint, upTo: bigint, limit: number];

/** Facts with `after < seq <= upTo`, in order: what a follower of the log reads. */
export async function readFacts(tx: Tx, ...[after, upTo, limit]: ReadPlace): Promise<Fact[]> {
  const { rows } = await sql<FactRow>`
    select * from presence.fact where seq > ${after} and seq <= ${upTo} order by seq limit ${limit}`.execute(
    tx,
  );
  return rows.map(toFact);
}

/** All facts about some sids before a place in the log. */
export async function factsOfSids(tx: Tx, sids: readonly string[], before: bigint): Promise<Fact[]> {
  const { rows } = await sql<FactRow>`
    select * from presence.fact where participant_sid = any(${sids}::text[]) and seq < ${before} order by seq`.execute(
    tx,
  );
  return rows.map(toFact);
}

/** The ends of some rooms up to a place in the log. */
export async function roomEnds(tx: Tx, roomSids: readonly string[], upTo: bigint): Promise<Fact[]> {
  const { rows } = await sql<FactRow>`
    select * from presence.fact
    where type = 'room_finished' and room_sid = any(${roomSids}::text[]) and seq <= ${upTo} order by seq`.execute(
    tx,
  );
  return rows.map(toFact);
}

/** The facts of a call: those that name it, and those about its people's sids. In the log's order. */
export async function factsOfCall(db: DbOrTx, callId: string, page: FactPage = {}): Promise<Fact[]> {
  const { rows } = await sql<FactRow>`
    select * from presence.fact
    where seq > ${page.after ?? 0n} and (call_id = ${callId} or participant_sid in
      (select participant_sid from presence.interval where call_id = ${callId}))
    order by seq limit ${page.limit ?? PAGE}`.execute(db);
  return rows.map(toFact);
}

/** The facts of a room by its name, in the log's order. */
export async function factsOfRoom(db: DbOrTx, roomName: string, page: FactPage = {}): Promise<Fact[]> {
  const { rows } = await sql<FactRow>`
    select * from presence.fact where room_name = ${roomName} and seq > ${page.after ?? 0n}
    order by seq limit ${page.limit ?? PAGE}`.execute(db);
  return rows.map(toFact);
}

/** Intervals and evidence of some sids. */
export async function storedOfSids(tx: Tx, sids: readonly string[]): Promise<StoredInterval[]> {
  const { rows } = await sql<WholeRow>`
    select * from presence.interval where participant_sid = any(${sids}::text[])`.execute(tx);
  return rows.map(toStored);
}

/** The sids that were in some rooms, by room sid. */
export async function sidsOfRooms(tx: Tx, roomSids: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ participant_sid: string }>`
    select participant_sid from presence.interval where room_sid = any(${roomSids}::text[])`.execute(tx);
  return rows.map((row) => row.participant_sid);
}

/** An identity in a room, and from when on its other sids matter. */
export interface Scope {
  readonly roomName: string;
  readonly identity: string;
  readonly fromAt: number;
}

/**
 * The sids that may change when one of the scope does: those that are open, those that gave way to one of `sids`,
 * and whatever joined from shortly before on. Older ones have an end of their own.
 */
export async function siblingsOf(
  tx: Tx,
  scopes: readonly Scope[],
  sids: readonly string[],
): Promise<StoredInterval[]> {
  const asked = scopes.map((scope) => ({ ...scope, fromAt: new Date(scope.fromAt - SIBLINGS_WITHIN_MS) }));
  const { rows } = await sql<WholeRow>`
    select i.* from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      as s ("roomName" text, "identity" text, "fromAt" timestamptz)
    join presence.interval i on i.room_name = s."roomName" and i.identity = s."identity"
    where i.left_at is null or i.joined_at >= s."fromAt" or i.superseded_by = any(${sids}::text[])`.execute(
    tx,
  );
  return rows.map(toStored);
}

const SIBLINGS_WITHIN_MS = 48 * 3_600_000;

/** Writes intervals over what was there. */
export async function writeIntervals(tx: Tx, intervals: readonly StoredInterval[]): Promise<void> {
  const rows = intervals.map(({ interval, evidence }) => ({ ...intervalColumns(interval), evidence }));
  await sql`
    insert into presence.interval
    select r.* from jsonb_populate_recordset(null::presence.interval, ${JSON.stringify(rows)}::jsonb) r
    on conflict (participant_sid) do update set
      room_sid = excluded.room_sid, room_name = excluded.room_name, identity = excluded.identity,
      person_id = excluded.person_id, name = excluded.name, kind = excluded.kind, call_id = excluded.call_id,
      joined_at = excluded.joined_at, left_at = excluded.left_at, left_at_min = excluded.left_at_min,
      left_at_max = excluded.left_at_max, join_reason = excluded.join_reason, left_reason = excluded.left_reason,
      last_proof_at = excluded.last_proof_at, state = excluded.state, superseded_by = excluded.superseded_by,
      gaps = excluded.gaps, evidence = excluded.evidence`.execute(tx);
}

/** The intervals of a call, by joining. */
export async function intervalsOfCall(db: DbOrTx, callId: string): Promise<Interval[]> {
  const { rows } = await sql<IntervalRow>`
    select ${COLUMNS} from presence.interval where call_id = ${callId} order by joined_at, participant_sid`.execute(
    db,
  );
  return rows.map(toInterval);
}

/** The intervals of a room by its name that touch a period, by joining. Open ends are wide. */
export async function intervalsOfRoom(
  db: DbOrTx,
  roomName: string,
  period: Period = {},
): Promise<Interval[]> {
  const fromAt = period.fromAt === undefined ? null : new Date(period.fromAt);
  const toAt = period.toAt === undefined ? null : new Date(period.toAt);
  const { rows } = await sql<IntervalRow>`
    select ${COLUMNS} from presence.interval where room_name = ${roomName}
      and (${fromAt}::timestamptz is null or left_at is null or left_at >= ${fromAt}::timestamptz)
      and (${toAt}::timestamptz is null or joined_at < ${toAt}::timestamptz)
    order by joined_at, participant_sid`.execute(db);
  return rows.map(toInterval);
}

/** Those of some sids, or of all, who have not left. */
export async function watchedIntervals(db: DbOrTx, asked?: readonly string[]): Promise<Interval[]> {
  const only = asked === undefined ? sql`true` : sql`participant_sid = any(${[...asked]}::text[])`;
  const { rows } = await sql<IntervalRow>`
    select ${COLUMNS} from presence.interval where ${only} and state in ('present', 'suspected', 'unreachable')`.execute(
    db,
  );
  return rows.map(toInterval);
}

/** The columns of an interval as JSON writes them, also to see whether anything has changed. */
export function intervalColumns(interval: Interval) {
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
  };
}

function toFact(row: FactRow): Fact {
  return {
    seq: row.seq,
    source: row.source,
    sourceEventId: row.source_event_id,
    roomName: row.room_name,
    roomSid: row.room_sid,
    participantSid: row.participant_sid,
    identity: row.identity,
    callId: row.call_id,
    type: row.type,
    occurredAt: row.occurred_at.getTime(),
    receivedAt: row.received_at.getTime(),
    payload: row.payload,
  };
}

function toInterval(row: IntervalRow): Interval {
  return {
    participantSid: row.participant_sid,
    roomSid: row.room_sid,
    roomName: row.room_name,
    identity: row.identity,
    personId: row.person_id,
    name: row.name,
    kind: row.kind,
    callId: row.call_id,
    joinedAt: row.joined_at.getTime(),
    leftAt: row.left_at?.getTime() ?? null,
    leftAtMin: row.left_at_min?.getTime() ?? null,
    leftAtMax: row.left_at_max?.getTime() ?? null,
    joinReason: row.join_reason ?? 'webhook',
    leftReason: row.left_reason as LeftReason | null,
    lastProofAt: row.last_proof_at.getTime(),
    state: row.state,
    supersededBy: row.superseded_by,
    gaps: row.gaps,
    beating: row.beating,
  };
}

function toStored(row: WholeRow): StoredInterval {
  return { interval: { ...toInterval(row), beating: row.evidence.beating }, evidence: row.evidence };
}
