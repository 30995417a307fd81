import { sql } from 'kysely';
import type { NoticeCall, NoticeInterval, NoticePerson } from '@latido/core';
import type { DbOrTx } from '../platform/index.ts';

/** All that the notices of a call are reckoned from. */
export interface Situation {
  readonly call: NoticeCall;
  readonly people: readonly NoticePerson[];
  readonly intervals: readonly NoticeInterval[];
}

/** A fact, as far as it tells which calls it touches. */
export interface TouchingFact {
  seq: bigint;
  readonly callId: string | null;
  readonly participantSid: string | null;
  readonly roomSid: string | null;
  readonly type: string;
}

/** Facts that change nothing which people are told: what follows from them comes as a fact of its own (`resumed`). */
const QUIET: readonly string[] = [
  'proof',
  'suspected',
  'socket_closed',
  'track_published',
  'track_unpublished',
];

/** The calls that these facts touch: by name, by the participant, or, where a whole room is meant, by the room. */
export async function touchedCalls(tx: DbOrTx, all: readonly TouchingFact[]): Promise<string[]> {
  const facts = all.filter(({ type }) => !QUIET.includes(type));
  if (facts.length === 0) return [];
  const named = facts.flatMap(({ callId }) => callId ?? []);
  const nameless = facts.filter(({ callId }) => callId === null);
  const sids = nameless.flatMap(({ participantSid }) => participantSid ?? []);
  const rooms = nameless.flatMap(({ participantSid, roomSid }) => (participantSid ? [] : (roomSid ?? [])));
  const { rows } = await sql<{ call_id: string }>`select distinct call_id from presence.interval
    where call_id is not null and (participant_sid = any (${sids}::text[]) or room_sid = any (${rooms}::text[]))`.execute(
    tx,
  );
  return [...new Set([...named, ...rows.map(({ call_id }) => call_id)])].toSorted();
}

interface CallRow {
  room_name: string;
  status: string;
  ended_at: Date | null;
  ended_by: string | null;
  end_reason: string | null;
  grace_until: Date | null;
}

interface IntervalRow {
  participant_sid: string;
  person_id: string | null;
  joined_at: Date;
  left_at: Date | null;
  left_reason: string | null;
  state: string;
  gaps: [number, number | null][];
}

/** Reads a call as it is; null when there is none of this id. */
export async function situationOf(tx: DbOrTx, callId: string): Promise<Situation | null> {
  const { rows: calls } = await sql<CallRow>`
    select room_name, status, ended_at, ended_by, end_reason, grace_until from calls.call where id = ${callId}`.execute(
    tx,
  );
  const [call] = calls;
  if (!call) return null;
  const { rows: people } = await sql<{ person_id: string; role: string; name: string | null }>`
    select cp.person_id, cp.role, p.name from calls.call_person cp
    left join access.person p on p.id = cp.person_id where cp.call_id = ${callId} order by cp.person_id`.execute(
    tx,
  );
  const { rows: intervals } = await sql<IntervalRow>`
    select participant_sid, person_id, joined_at, left_at, left_reason, state, gaps from presence.interval
    where call_id = ${callId} and kind in ('STANDARD', 'SIP') order by joined_at, participant_sid`.execute(
    tx,
  );
  return {
    call: {
      callId,
      roomName: call.room_name,
      status: call.status,
      endedAt: call.ended_at?.getTime() ?? null,
      endedBy: call.ended_by,
      endReason: call.end_reason,
      graceUntil: call.grace_until?.getTime() ?? null,
    },
    people: people.map((row) => ({ personId: row.person_id, role: row.role, name: row.name ?? '' })),
    intervals: intervals.map((row) => ({
      participantSid: row.participant_sid,
      personId: row.person_id,
      joinedAt: row.joined_at.getTime(),
      leftAt: row.left_at?.getTime() ?? null,
      leftReason: row.left_reason,
      state: row.state,
      gaps: row.gaps,
    })),
  };
}
