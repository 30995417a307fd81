import { BY_LIVEKIT, type Interval } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { intervalsWhere, roomsCalled } from './store.ts';

/** Where a list goes on: the meeting whose first arrival this was has been told. */
export interface MeetingPlace {
  readonly joinedAt: number;
  readonly participantSid: string;
}

/** Whose own meetings: those that they were in, by LiveKit's word, without the calls that they are no longer of. */
export interface OwnOf {
  readonly personId: string;
  readonly notOfCalls: readonly string[];
}

/** Which meetings. Instants are epoch ms. */
export interface MeetingsAsked {
  readonly roomName?: string | undefined;
  /** Only those that this person, or whoever had this identity, was in. */
  readonly person?: string | undefined;
  /** Besides, only those of this person of ours. */
  readonly ownOf?: OwnOf | undefined;
  readonly fromAt?: number | undefined;
  readonly toAt?: number | undefined;
  /** Only those in which somebody is now, or is no more. */
  readonly ongoing?: boolean | undefined;
  readonly before?: MeetingPlace | undefined;
  /** The other way: those that began after this one, the nearest to it. */
  readonly after?: MeetingPlace | undefined;
  readonly limit: number;
}

interface First {
  meeting: string;
  joinedAt: Date;
  participantSid: string;
}

/** Who counts as having been there; the same as `isAttended` of core. */
const attended = sql`i.kind in ('STANDARD', 'SIP', 'CONNECTOR') and i.state <> 'aborted'
  and coalesce(jsonb_exists_any(i.evidence -> 'joins', ${[...BY_LIVEKIT]}::text[]), false)`;
const key = sql`coalesce(i.call_id, nullif(i.room_sid, ''), i.participant_sid)`;

const at = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));

/** A page of meetings by their first arrival, newest first, and whether there are more. */
export async function meetingsBy(
  db: DbOrTx,
  asked: MeetingsAsked,
): Promise<{ intervals: Interval[]; next: MeetingPlace | null }> {
  const firsts = await firstArrivals(db, asked);
  const shown = firsts.slice(0, asked.limit);
  const last = shown.at(-1);
  const next =
    firsts.length > shown.length && last
      ? { joinedAt: last.joinedAt.getTime(), participantSid: last.participantSid }
      : null;
  const meetings = shown.map(({ meeting }) => meeting);
  if (meetings.length === 0) return { intervals: [], next };
  const intervals = await intervalsWhere(
    db,
    sql`coalesce(call_id, nullif(room_sid, ''), participant_sid) = any(${meetings}::text[])`,
  );
  return { intervals, next };
}

/** Where a meeting stands in the list, if whoever asks may see it. */
export async function placeOfMeeting(
  db: DbOrTx,
  { meeting, ownOf }: { meeting: string; ownOf: OwnOf | undefined },
): Promise<MeetingPlace | null> {
  const { rows } = await sql<{ joinedAt: Date; participantSid: string }>`
    select i.joined_at as "joinedAt", i.participant_sid as "participantSid" from presence.interval i
     where ${key} = ${meeting} and ${attended} and ${isOwn(ownOf)}
     order by i.joined_at, i.participant_sid limit 1`.execute(db);
  const first = rows[0];
  return first ? { joinedAt: first.joinedAt.getTime(), participantSid: first.participantSid } : null;
}

/** How many meetings there are of those that are asked for, on whatever page. */
export async function countMeetings(db: DbOrTx, asked: Omit<MeetingsAsked, 'limit'>): Promise<number> {
  const all = { ...asked, before: undefined, after: undefined };
  const { rows } = await sql<{ count: bigint }>`select count(*) as count from (${firsts(all)}) m`.execute(db);
  return Number(rows[0]?.count ?? 0n);
}

/** Whether an id is that of a room of LiveKit: ids of calls begin otherwise. */
export function isRoomSid(id: string): boolean {
  return id.startsWith('RM_');
}

/** A room of LiveKit from its opening to its end that is of no call: what goes on in the room of a call is the call's. */
const isFree = (roomSid: string) => sql`i.room_sid = ${roomSid} and i.call_id is null
  and not exists (select 1 from presence.room_claim c where c.room_name = i.room_name)`;

/** People of ours who were in such a room, by LiveKit's word, and whether they are there now. */
export async function peopleOfRoomSid(
  db: DbOrTx,
  roomSid: string,
): Promise<{ personId: string; isThere: boolean }[]> {
  const { rows } = await sql<{ personId: string; isThere: boolean }>`
    select coalesce(i.person_id, '') as "personId", bool_or(i.left_at is null) as "isThere" from presence.interval i
     where ${isFree(roomSid)} and i.person_id is not null and ${attended}
     group by i.person_id order by i.person_id`.execute(db);
  return rows;
}

/** The stays in such a room. */
export async function intervalsOfRoomSid(db: DbOrTx, roomSid: string): Promise<Interval[]> {
  return await intervalsWhere(
    db,
    sql`participant_sid in (select i.participant_sid from presence.interval i where ${isFree(roomSid)})`,
  );
}

async function firstArrivals(db: DbOrTx, asked: MeetingsAsked): Promise<First[]> {
  const order =
    asked.after === undefined
      ? sql`order by m."joinedAt" desc, m."participantSid" desc`
      : sql`order by m."joinedAt", m."participantSid"`;
  const { rows } = await sql<First>`
    select m.* from (${firsts(asked)}) m ${order} limit ${asked.limit + 1}`.execute(db);
  return rows;
}

/** Whether a person of ours was in the meeting of an interval; true of all where nobody is named. */
const isOwn = (
  ownOf: OwnOf | undefined,
) => sql`(${ownOf?.personId ?? null}::text is null or ${key} in (select ${key}
  from presence.interval i where i.person_id = ${ownOf?.personId ?? null} and ${attended}
    and (i.call_id is null or i.call_id <> all(${[...(ownOf?.notOfCalls ?? [])]}::text[]))))`;

/** The first arrivals of the meetings that are asked for. */
function firsts(asked: Omit<MeetingsAsked, 'limit'>) {
  const { roomName = null, person = null, ownOf, ongoing = null, before, after } = asked;
  const [from, to] = [at(asked.fromAt), at(asked.toAt)];
  const [beforeAt, beforeSid] = [at(before?.joinedAt), before?.participantSid ?? null];
  const [afterAt, afterSid] = [at(after?.joinedAt), after?.participantSid ?? null];
  return sql`
    select f.meeting, f."joinedAt", f."participantSid" from (
      select ${key} as meeting, i.joined_at as "joinedAt", i.participant_sid as "participantSid", i.room_name
        from presence.interval i
       where ${attended}
         and (${from}::timestamptz is null or i.joined_at >= ${from}::timestamptz)
         and (${to}::timestamptz is null or i.joined_at < ${to}::timestamptz)
         and (${beforeSid}::text is null or (i.joined_at, i.participant_sid) < (${beforeAt}::timestamptz, ${beforeSid}::text))
         and ${isOwn(ownOf)}
         and (${afterSid}::text is null or (i.joined_at, i.participant_sid) > (${afterAt}::timestamptz, ${afterSid}::text))
    ) f
    where not exists (select 1 from presence.interval i where ${key} = f.meeting and ${attended}
        and (i.joined_at, i.participant_sid) < (f."joinedAt", f."participantSid"))
      and (${roomName}::text is null or f.room_name = ${roomsCalled(roomName ?? '')})
      and (${person}::text is null or exists (select 1 from presence.interval i where ${key} = f.meeting
        and ${attended} and (i.person_id = ${person} or i.identity = ${person})))
      and (${ongoing}::boolean is null or ${ongoing}::boolean = exists (select 1 from presence.interval i
        where ${key} = f.meeting and ${attended} and i.left_at is null))`;
}

/** Which rooms. Instants are epoch ms. */
export interface RoomsAsked {
  readonly q: string;
  readonly ownOf?: OwnOf | undefined;
  readonly fromAt: number;
  readonly toAt?: number | undefined;
  readonly before?: { readonly lastAt: number; readonly name: string } | undefined;
  readonly limit: number;
}

/** A room by the name that people gave it. */
export interface RoomRow {
  readonly name: string;
  readonly meetings: bigint;
  readonly lastJoinAt: Date;
  readonly peopleNow: bigint;
}

/** The rooms that anybody was in, the latest first; one more than asked for where there are more. */
export async function roomsBy(db: DbOrTx, asked: RoomsAsked): Promise<RoomRow[]> {
  const { ownOf, before } = asked;
  const like = `%${asked.q.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
  const [from, to, beforeAt] = [at(asked.fromAt), at(asked.toAt), at(before?.lastAt)];
  const { rows } = await sql<RoomRow>`
    select r.name, r.meetings, r."lastJoinAt", r."peopleNow" from (
      select coalesce(c.alias, i.room_name) as name, count(distinct ${key}) as meetings, max(i.joined_at) as "lastJoinAt",
             count(distinct coalesce(i.person_id, i.identity)) filter (where i.left_at is null) as "peopleNow"
        from presence.interval i left join presence.room_claim c on c.room_name = i.room_name
       where ${attended} and i.joined_at >= ${from}::timestamptz
         and (${to}::timestamptz is null or i.joined_at < ${to}::timestamptz)
         and ${isOwn(ownOf)}
       group by 1) r
    where lower(r.name) like ${like}
      and (${before?.name ?? null}::text is null
        or (r."lastJoinAt", r.name) < (${beforeAt}::timestamptz, ${before?.name ?? null}::text))
    order by r."lastJoinAt" desc, r.name desc limit ${asked.limit + 1}`.execute(db);
  return rows;
}

/** How many came into rooms since an instant, and how many of them no webhook told of: asking LiveKit found those. */
export async function joinsSince(db: DbOrTx, since: Date): Promise<{ count: number; repaired: number }> {
  const { rows } = await sql<{ count: bigint; repaired: bigint }>`
    select count(*) as count, count(*) filter (where not jsonb_exists(i.evidence -> 'joins', 'webhook')) as repaired
      from presence.interval i where ${attended} and i.joined_at >= ${since}::timestamptz`.execute(db);
  return { count: Number(rows[0]?.count ?? 0n), repaired: Number(rows[0]?.repaired ?? 0n) };
}
