import type { Interval, NewFact } from '@latido/core';
import { sql } from 'kysely';
import { notify } from '../inbox/index.ts';
import type { Clock, Db, DbOrTx, Hints, Tx } from '../platform/index.ts';
import { enqueue, OUTBOX_HINT } from '../platform/index.ts';
import { appendAndHint, openIntervalsOf } from '../presence/index.ts';

interface Row {
  callId: string;
  roomName: string;
  finalAt: Date;
}

/**
 * Ends the calls of two whose balance ended a while ago: a fact whose effective time is the final instant. The call's end is
 * read from it, and closing the room follows from the end. Said again until the end is there; it stays one fact.
 */
export async function cutExhausted({ db, hints }: { db: Db; hints: Hints }, now: Date): Promise<number> {
  const { rows } = await sql<Row>`
    select m.call_id as "callId", c.room_name as "roomName", m.exhausted_at as "finalAt"
      from metering.meter m join calls.call c on c.id = m.call_id
     where m.exhausted_at is not null and m.cut_at <= ${now}::timestamptz
       and m.settled_at is null and m.closing_at is null and m.final_at is not null and c.kind <> 'mentoring'
     order by m.cut_at limit 200`.execute(db);
  if (rows.length === 0) return 0;
  const facts = rows.map(({ callId, roomName, finalAt }): NewFact => {
    const occurredAt = finalAt.getTime();
    return {
      source: 'detector',
      sourceEventId: `${callId}:out_of_balance:${occurredAt}`,
      type: 'out_of_balance',
      roomName,
      roomSid: null,
      participantSid: null,
      identity: null,
      callId,
      occurredAt,
      receivedAt: now.getTime(),
      payload: {},
    };
  });
  return (await appendAndHint({ db, hints }, facts)).stored;
}

interface Broke {
  meterId: string;
  callId: string;
  payerId: string;
  roomName: string;
  exhaustedAt: Date | null;
}

/**
 * In a group the call goes on without who cannot pay: they leave its room, as each of their connections, and read why (METER-51).
 * Whoever comes back by a token of before goes again; with coins they are on the same meter. Returns who was told.
 */
export async function takeOutExhausted(
  deps: { db: Db; clock: Pick<Clock, 'now'>; hints: Hints },
  now: Date,
): Promise<string[]> {
  const { rows } = await sql<Broke>`
    select m.id as "meterId", m.call_id as "callId", m.payer_id as "payerId", c.room_name as "roomName",
           m.exhausted_at as "exhaustedAt"
      from metering.meter m join calls.call c on c.id = m.call_id
     where m.exhausted_at is not null and m.cut_at <= ${now}::timestamptz
       and m.settled_at is null and m.closing_at is null and m.final_at is not null and c.kind = 'mentoring'
       -- Those who are out already would fill the page, and whoever comes after them would stay.
       and exists (select from presence.interval i where i.call_id = m.call_id and i.person_id = m.payer_id
                     and i.state in ('present', 'suspected', 'unreachable'))
     order by m.cut_at limit 200`.execute(deps.db);
  const told: string[] = [];
  for (const broke of rows) {
    told.push(...(await deps.db.transaction().execute((tx) => takeOutOne(tx, broke, deps.clock))));
    deps.hints.publish(OUTBOX_HINT);
  }
  return told;
}

async function staysIn(db: DbOrTx, { payerId, callId }: Broke): Promise<Interval[]> {
  return (await openIntervalsOf(db, payerId)).filter((stay) => stay.callId === callId);
}

async function takeOutOne(tx: Tx, broke: Broke, clock: Pick<Clock, 'now'>): Promise<string[]> {
  const { meterId, callId, payerId, roomName, exhaustedAt } = broke;
  if (exhaustedAt === null) return [];
  for (const { roomName: room, identity, participantSid } of await staysIn(tx, broke)) {
    const payload = { roomName: room, identity, participantSid };
    await enqueue(tx, { topic: 'livekit.remove_participant', key: `broke:${participantSid}`, payload });
  }
  const at = exhaustedAt.toISOString();
  const dedupKey = `broke:${meterId}:${exhaustedAt.getTime()}`;
  const notice = { recipientId: payerId, dedupKey, type: 'call.coins_ended' as const };
  return (await notify(tx, { ...notice, payload: { callId, roomName, at } }, clock)) ? [payerId] : [];
}
