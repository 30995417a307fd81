import type { CallFact, CallMember, CallReading } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';

/** A call as it is stored. */
export interface CallRow {
  readonly id: string;
  /** What people call its room. */
  readonly roomName: string;
  /** LiveKit's name of its room, which is its own. */
  readonly livekitRoom: string;
  readonly kind: 'paid' | 'free' | 'mentoring';
  readonly status: CallReading['status'];
  readonly createdAt: Date;
  readonly createdBy: string | null;
  /** Who is called to it, and until when it rings there: whoever has not come by then did not answer. */
  readonly called: string | null;
  readonly ringsUntil: Date | null;
  readonly graceUntil: Date | null;
  readonly graceOf: string | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endReason: NonNullable<CallReading['endReason']> | null;
  readonly revision: number;
}

const columns = sql`c.id, c.room_name as "roomName", c.livekit_room as "livekitRoom", c.kind, c.status, c.created_at as "createdAt",
  c.created_by as "createdBy", c.called, c.rings_until as "ringsUntil", c.grace_until as "graceUntil", c.grace_of as "graceOf", c.started_at as "startedAt",
  c.ended_at as "endedAt", c.ended_by as "endedBy", c.end_reason as "endReason", c.revision`;

/** A call by id; null when there is none. */
export async function callById(db: DbOrTx, id: string): Promise<CallRow | null> {
  const { rows } = await sql<CallRow>`select ${columns} from calls.call c where c.id = ${id}`.execute(db);
  return rows[0] ?? null;
}

/** Between which instants (epoch ms) anything can be of a call; `endedAt` null while it goes on. */
export interface CallBounds {
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** When calls were made and have ended, by call. */
export async function boundsOfCalls(db: DbOrTx, ids: readonly string[]): Promise<Map<string, CallBounds>> {
  const { rows } = await sql<{ id: string; createdAt: Date; endedAt: Date | null }>`
    select c.id, c.created_at as "createdAt", case when c.status = 'ended' then coalesce(c.ended_at, c.created_at) end as "endedAt"
    from calls.call c where c.id = any(${[...ids]}::text[])`.execute(db);
  return new Map(
    rows.map(({ id, createdAt, endedAt }) => [
      id,
      { createdAt: createdAt.getTime(), endedAt: endedAt?.getTime() ?? null },
    ]),
  );
}

/** The call that goes on in a room; null when none does. */
export async function findOpenCall(db: DbOrTx, roomName: string): Promise<CallRow | null> {
  const { rows } = await sql<CallRow>`
    select ${columns} from calls.call c where c.room_name = ${roomName} and c.status <> 'ended'`.execute(db);
  return rows[0] ?? null;
}

/** Every call that goes on, the oldest first. */
export async function openCalls(db: DbOrTx): Promise<CallRow[]> {
  const { rows } = await sql<CallRow>`
    select ${columns} from calls.call c where c.status <> 'ended' order by c.id`.execute(db);
  return rows;
}

/** The last call in a room, open or not; of one person, when one is named. Null when there never was one. */
export async function latestCallOfRoom(
  db: DbOrTx,
  roomName: string,
  personId?: string,
): Promise<CallRow | null> {
  const own = sql`exists (select 1 from calls.call_person p where p.call_id = c.id and p.person_id = ${personId ?? null})`;
  const { rows } = await sql<CallRow>`
    select ${columns} from calls.call c
    where c.room_name = ${roomName} and ${personId === undefined ? sql`true` : own}
    order by c.created_at desc, c.id desc limit 1`.execute(db);
  return rows[0] ?? null;
}

/** Locks calls, in the order of their ids, and gives them as they are then. */
export async function lockCalls(tx: Tx, ids: readonly string[]): Promise<CallRow[]> {
  const { rows } = await sql<CallRow>`
    select ${columns} from calls.call c where c.id = any(${[...ids]}::text[]) order by c.id for update`.execute(
    tx,
  );
  return rows;
}

/** Makes a call unless one goes on in that room; tells whether it did. */
export async function insertCall(
  tx: Tx,
  call: Pick<
    CallRow,
    'id' | 'roomName' | 'livekitRoom' | 'kind' | 'createdBy' | 'createdAt' | 'called' | 'ringsUntil'
  >,
): Promise<boolean> {
  const { rows } = await sql`
    insert into calls.call (id, room_name, livekit_room, kind, created_by, created_at, called, rings_until)
    values (${call.id}, ${call.roomName}, ${call.livekitRoom}, ${call.kind}, ${call.createdBy},
      ${call.createdAt}::timestamptz, ${call.called}, ${call.ringsUntil}::timestamptz)
    on conflict (room_name) where status <> 'ended' do nothing returning id`.execute(tx);
  return rows.length > 0;
}

/** Makes paid calls of two with both in them; the payer has asked for each. */
export async function insertCallsOfTwo(
  tx: Tx,
  calls: readonly (Pick<CallRow, 'id' | 'roomName' | 'livekitRoom' | 'createdAt'> & {
    payerId: string;
    earnerId: string;
  })[],
): Promise<void> {
  await sql`
    with made as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(calls)}::jsonb) as r (id text, "roomName" text, "livekitRoom" text,
        "createdAt" timestamptz, "payerId" text, "earnerId" text)
    ), calls as (
      insert into calls.call (id, room_name, livekit_room, kind, created_by, created_at)
      select id, "roomName", "livekitRoom", 'paid', "payerId", "createdAt" from made
    )
    insert into calls.call_person (call_id, person_id, role)
    select id, "payerId", 'payer' from made union all select id, "earnerId", 'earner' from made`.execute(tx);
}

/** Who a call is between, in a fixed order; who was removed is not of it (CALL-29). */
export async function peopleOf(db: DbOrTx, callId: string): Promise<CallMember[]> {
  const { rows } = await sql<CallMember>`
    select person_id as "personId", role from calls.call_person where call_id = ${callId} and removed_at is null
    order by role desc, person_id`.execute(db);
  return rows;
}

/** Puts a person into a call, again if they had been removed; who is in it stays what they are. */
export async function insertPerson(tx: Tx, callId: string, member: CallMember): Promise<void> {
  await sql`insert into calls.call_person as p (call_id, person_id, role)
    values (${callId}, ${member.personId}, ${member.role})
    on conflict (call_id, person_id) do update set removed_at = null where p.removed_at is not null`.execute(
    tx,
  );
}

/** Says that somebody is no longer of a call. */
export async function markRemoved(tx: Tx, of: { callId: string; personId: string; at: Date }): Promise<void> {
  await sql`update calls.call_person set removed_at = ${of.at}::timestamptz
    where call_id = ${of.callId} and person_id = ${of.personId} and removed_at is null`.execute(tx);
}

/** Who each of some calls is or was between, in a fixed order: what somebody did before they were removed stays. */
export async function peopleOfCalls(tx: Tx, callIds: readonly string[]): Promise<Map<string, CallMember[]>> {
  const { rows } = await sql<CallMember & { callId: string }>`
    select call_id as "callId", person_id as "personId", role from calls.call_person
    where call_id = any(${[...callIds]}::text[]) order by call_id, role desc, person_id`.execute(tx);
  return byCall(rows, ({ personId, role }) => ({ personId, role }));
}

/** Writes what the evidence says of some calls. */
export async function writeReadings(
  tx: Tx,
  readings: readonly { readonly callId: string; readonly reading: CallReading }[],
): Promise<void> {
  if (readings.length === 0) return;
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  const rows = readings.map(({ callId, reading }) => ({
    ...reading,
    callId,
    startedAt: at(reading.startedAt),
    endedAt: at(reading.endedAt),
    graceUntil: at(reading.graceUntil),
  }));
  await sql`update calls.call c set status = r.status, started_at = r."startedAt", ended_at = r."endedAt",
      ended_by = r."endedBy", end_reason = r."endReason", grace_until = r."graceUntil", grace_of = r."graceOf",
      revision = c.revision + 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r ("callId" text, status text, "startedAt" timestamptz,
      "endedAt" timestamptz, "endedBy" text, "endReason" text, "graceUntil" timestamptz, "graceOf" text)
    where c.id = r."callId"`.execute(tx);
}

/** A room of LiveKit that a call has been in. Instants are epoch ms. */
export interface RoomOfCall {
  readonly callId: string;
  readonly roomSid: string;
  readonly fromAt: number;
  readonly toAt: number | null;
}

/** The rooms of LiveKit that are known of some calls. */
export async function roomsOfCalls(tx: Tx, callIds: readonly string[]): Promise<RoomOfCall[]> {
  const { rows } = await sql<{ callId: string; roomSid: string; fromAt: Date; toAt: Date | null }>`
    select call_id as "callId", room_sid as "roomSid", from_at as "fromAt", to_at as "toAt" from calls.call_room
    where call_id = any(${[...callIds]}::text[])`.execute(tx);
  return rows.map((row) => ({
    ...row,
    fromAt: row.fromAt.getTime(),
    toAt: row.toAt?.getTime() ?? null,
  }));
}

/** Writes rooms of LiveKit that calls have been in. */
export async function writeRooms(tx: Tx, rooms: readonly RoomOfCall[]): Promise<void> {
  if (rooms.length === 0) return;
  const at = (ms: number | null) => (ms === null ? null : new Date(ms));
  const json = JSON.stringify(
    rooms.map((room) => ({ ...room, fromAt: at(room.fromAt), toAt: at(room.toAt) })),
  );
  await sql`insert into calls.call_room (call_id, room_sid, from_at, to_at)
    select r."callId", r."roomSid", r."fromAt", r."toAt" from jsonb_to_recordset(${json}::jsonb)
      as r ("callId" text, "roomSid" text, "fromAt" timestamptz, "toAt" timestamptz)
    on conflict (call_id, room_sid) do update set from_at = excluded.from_at, to_at = excluded.to_at`.execute(
    tx,
  );
}

/** The facts about some calls that may end them, up to a place of the log. A look-up for each of their places, whatever statistics say. */
export async function endingFacts(
  tx: Tx,
  of: { callIds: readonly string[]; types: readonly string[]; upTo: bigint },
): Promise<Map<string, CallFact[]>> {
  const { rows } = await sql<Omit<CallFact, 'occurredAt'> & { callId: string; occurredAt: Date }>`
    select p.call_id as "callId", t.name as type, f.occurred_at as "occurredAt", p.identity,
        p.participant_sid as "participantSid", coalesce(f.payload, presence.plain_payload(f.source, f.source_event_id)) as payload
      from presence.place p
     cross join lateral (select * from presence.fact where place_no = p.no and type_no < 1000 and seq <= ${of.upTo} offset 0) f
      join presence.fact_type t on t.no = f.type_no
     where p.call_id = any(${[...of.callIds]}::text[]) and t.name = any(${[...of.types]}::text[]) order by f.seq`.execute(
    tx,
  );
  return byCall(rows, ({ callId: _callId, occurredAt, ...fact }) => ({
    ...fact,
    occurredAt: occurredAt.getTime(),
  }));
}

function byCall<Row extends { callId: string }, T>(
  rows: readonly Row[],
  read: (row: Row) => T,
): Map<string, T[]> {
  const calls = new Map<string, T[]>();
  for (const row of rows) {
    const had = calls.get(row.callId);
    if (had === undefined) calls.set(row.callId, [read(row)]);
    else had.push(read(row));
  }
  return calls;
}

/** Which calls to list. */
export interface CallFilter {
  /** Only calls of this person; all when absent. */
  readonly personId?: string | undefined;
  readonly roomName?: string | undefined;
  readonly status?: string | undefined;
  /** Whether they met in it. */
  readonly met?: boolean | undefined;
  /** Only calls that were made before this one. */
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/** Calls, the newest first. */
export async function selectCalls(db: DbOrTx, filter: CallFilter): Promise<CallRow[]> {
  const own = sql`exists (select 1 from calls.call_person p
    where p.call_id = c.id and p.person_id = ${filter.personId ?? null} and p.removed_at is null)`;
  const { rows } = await sql<CallRow>`
    select ${columns} from calls.call c
    where ${filter.personId === undefined ? sql`true` : own}
      and ${filter.roomName === undefined ? sql`true` : sql`c.room_name = ${filter.roomName}`}
      and ${filter.status === undefined ? sql`true` : sql`c.status = ${filter.status}`}
      and ${filter.met === undefined ? sql`true` : sql`(c.started_at is not null) = ${filter.met}`}
      and ${filter.beforeId === undefined ? sql`true` : sql`c.id < ${filter.beforeId}`}
    order by c.id desc limit ${filter.limit}`.execute(db);
  return rows;
}

/** The calls that somebody is in and that go on. */
export async function openCallsOf(db: DbOrTx, personId: string): Promise<CallRow[]> {
  const { rows } = await sql<CallRow>`
    select ${columns} from calls.call c join calls.call_person p on p.call_id = c.id
    where p.person_id = ${personId} and p.removed_at is null and c.status <> 'ended' order by c.id`.execute(
    db,
  );
  return rows;
}
