import type { NewFact } from '@latido/core';
import { sql } from 'kysely';
import type { Db, Hints } from '../platform/index.ts';
import { appendAndHint } from '../presence/index.ts';

interface Row {
  callId: string;
  roomName: string;
  finalAt: Date;
}

/**
 * Ends the calls whose balance ended a while ago: a fact whose effective time is the final instant. The call's end is
 * read from it, and closing the room follows from the end. Said again until the end is there; it stays one fact.
 */
export async function cutExhausted({ db, hints }: { db: Db; hints: Hints }, now: Date): Promise<number> {
  const { rows } = await sql<Row>`
    select m.call_id as "callId", c.room_name as "roomName", m.exhausted_at as "finalAt"
      from metering.meter m join calls.call c on c.id = m.call_id
     where m.exhausted_at is not null and m.cut_at <= ${now}::timestamptz
       and m.settled_at is null and m.closing_at is null and m.final_at is not null
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
