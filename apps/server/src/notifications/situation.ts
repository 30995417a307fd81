import { sql } from 'kysely';
import type { NoticeCall, NoticeInterval, NoticePerson, ToldBefore } from '@latido/core';
import { isPersonKind } from '@latido/core';
import { lastAwayTold } from '../inbox/index.ts';
import type { DbOrTx } from '../platform/index.ts';
import type { TouchingFact as Touching } from '../presence/index.ts';
import { callsOfFacts, callsTouched, intervalsOfCalls } from '../presence/index.ts';

/** All that the notices of a call are reckoned from. */
export interface Situation {
  readonly call: NoticeCall;
  readonly people: readonly NoticePerson[];
  readonly intervals: readonly NoticeInterval[];
}

/** A fact, as far as it tells which calls it touches. */
export interface TouchingFact extends Touching {
  seq: bigint;
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
  return callsTouched(facts, await callsOfFacts(tx, all));
}

interface CallRow {
  id: string;
  room_name: string;
  status: string;
  called: string | null;
  created_by: string | null;
  started_at: Date | null;
  ended_at: Date | null;
  ended_by: string | null;
  end_reason: NoticeCall['endReason'];
  grace_until: Date | null;
  settled: boolean;
}

interface PersonRow {
  call_id: string;
  person_id: string;
  role: string;
  name: string | null;
}

/** Reads calls as they are, in the order of their ids; those that there are. */
export async function situationsOf(tx: DbOrTx, callIds: readonly string[]): Promise<Situation[]> {
  if (callIds.length === 0) return [];
  const { rows: calls } = await sql<CallRow>`
    select id, room_name, status, called, created_by, started_at, ended_at, ended_by, end_reason, grace_until,
      not exists (select from metering.meter m where m.call_id = c.id and m.settled_at is null) as settled
    from calls.call c where id = any(${[...callIds]}::text[]) order by id`.execute(tx);
  const { rows: people } = await sql<PersonRow>`
    select cp.call_id, cp.person_id, cp.role, p.name from calls.call_person cp
    left join access.person p on p.id = cp.person_id
    where cp.call_id = any(${[...callIds]}::text[]) order by cp.call_id, cp.person_id`.execute(tx);
  const intervals = await intervalsOfCalls(tx, callIds);
  const before = await toldBefore(tx, calls, people);
  return calls.map((call) => ({
    call: { ...noticeCall(call), toldBefore: before.get(call.id) ?? [] },
    people: people
      .filter((row) => row.call_id === call.id)
      .map((row) => ({ personId: row.person_id, role: row.role, name: row.name ?? '' })),
    intervals: (intervals.get(call.id) ?? []).filter((each) => each.named && isPersonKind(each.kind)),
  }));
}

/** Of calls that go on: after the end nothing but the end is told. */
async function toldBefore(
  tx: DbOrTx,
  calls: readonly CallRow[],
  people: readonly PersonRow[],
): Promise<Map<string, ToldBefore[]>> {
  const open = calls.filter(({ status }) => status !== 'ended').map(({ id }) => id);
  const recipients = [...new Set(people.map((row) => row.person_id))];
  const found = new Map<string, ToldBefore[]>(open.map((callId) => [callId, []]));
  for (const { recipientId, dedupKey, type, payload } of await lastAwayTold(tx, open, recipients)) {
    const { callId, personId, state, at } = payload as Record<string, string>;
    const isAway = type === 'call.partner_left' && (state === 'unreachable' || state === 'left');
    const told: ToldBefore['state'] = isAway ? state : null;
    const about = { recipientId, personId: personId ?? '', dedupKey, state: told, at: Date.parse(at ?? '') };
    found.get(callId ?? '')?.push(about);
  }
  return found;
}

function noticeCall(call: CallRow): NoticeCall {
  return {
    callId: call.id,
    roomName: call.room_name,
    status: call.status,
    called: call.called,
    createdBy: call.created_by,
    startedAt: call.started_at?.getTime() ?? null,
    endedAt: call.ended_at?.getTime() ?? null,
    endedBy: call.ended_by,
    endReason: call.end_reason,
    graceUntil: call.grace_until?.getTime() ?? null,
    settled: call.settled,
  };
}
