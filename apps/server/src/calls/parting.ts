import type { NewFact } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx, Tx } from '../platform/index.ts';
import { appendFacts } from '../presence/index.ts';
import type { CallRow } from './store.ts';

/** Records that two are parted (CALL-32). Gives the calls of two that it ends; the fact comes last, because it locks the head of the log. */
export async function recordParting(
  tx: Tx,
  { between, now }: { between: readonly [one: string, other: string]; now: number },
): Promise<string[]> {
  const calls = await openCallsBetween(tx, between);
  const facts = calls.map(({ id, livekitRoom }): NewFact => ({
    source: 'api',
    sourceEventId: `${id}:parted`,
    type: 'parted',
    payload: {},
    roomName: livekitRoom,
    roomSid: null,
    participantSid: null,
    identity: null,
    callId: id,
    occurredAt: now,
    receivedAt: now,
  }));
  if (facts.length > 0) await appendFacts(tx, facts);
  return calls.map(({ id }) => id);
}

/** The calls of two that go on between these: where somebody is host, others may come. */
async function openCallsBetween(
  db: DbOrTx,
  [one, other]: readonly [one: string, other: string],
): Promise<Pick<CallRow, 'id' | 'livekitRoom'>[]> {
  const { rows } = await sql<Pick<CallRow, 'id' | 'livekitRoom'>>`
    select c.id, c.livekit_room as "livekitRoom" from calls.call c where c.status <> 'ended' and c.id in (
      select p.call_id from calls.call_person p where p.person_id in (${one}, ${other}) and p.removed_at is null
       group by p.call_id having count(*) = 2)
    and not exists (select from calls.call_person p where p.call_id = c.id and (p.role = 'host' or p.person_id not in (${one}, ${other})))
    order by c.id`.execute(db);
  return rows;
}
