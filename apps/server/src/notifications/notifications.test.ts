import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sql } from 'kysely';
import { readInbox } from '../inbox/index.ts';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { notificationsStage } from './follow.ts';

const clock = { now: () => Date.UTC(2026, 0, 5, 10) };

for (const store of await openTestDatabases()) {
  describe(`what follows from facts, on ${store.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await store.open();
    });
    afterAll(() => database.close());

    const toldTo = async (recipientId: string) =>
      (await readInbox(database.db, recipientId, { from: 'start' })).rows;

    test('[INBOX-9] the stage tells the partner of each touched call once, however often it runs', async () => {
      await aCallInWhich(database, 'Alice is unreachable');
      const hinted: string[] = [];
      const stage = notificationsStage({ hints: { publish: (_topic, id = '') => hinted.push(id) }, clock });
      const fact = { seq: 1n, callId: null, participantSid: 'PA_a', roomSid: 'RM_1', type: 'unreachable' };
      for (let times = 0; times < 2; times++) {
        const say = await database.db.transaction().execute((tx) => stage.apply(tx, [fact]));
        say?.();
      }
      const told = await toldTo('person_bob9');
      expect(
        told.map(({ type, payload }) => [type, payload['state'], payload['reason'], payload['name']]),
      ).toEqual([
        ['call.partner_joined', undefined, undefined, 'Alice'],
        ['call.partner_left', 'unreachable', 'lost_connection', 'Alice'],
      ]);
      expect(hinted.toSorted()).toEqual(['person_alice9', 'person_bob9']);
    });

    test('[INBOX-9] a word about the whole room reaches the calls in it', async () => {
      const fact = { seq: 2n, callId: null, participantSid: null, roomSid: 'RM_1', type: 'room_finished' };
      await sql`update presence.interval set state = 'left', left_at = '2026-01-05T10:01:00Z', left_reason = 'timeout',
        gaps = '[]' where participant_sid = 'PA_a'`.execute(database.db);
      const stage = notificationsStage({ hints: { publish: () => undefined }, clock });
      await database.db.transaction().execute((tx) => stage.apply(tx, [fact]));
      expect((await toldTo('person_bob9')).at(-1)?.payload).toMatchObject({ state: 'left' });
    });

    test('[NOTE-13] an absence that reads otherwise later leaves nobody told that they are away', async () => {
      const fact = { seq: 3n, callId: null, participantSid: 'PA_a', roomSid: 'RM_1', type: 'resumed' };
      const stage = notificationsStage({ hints: { publish: () => undefined }, clock });
      await sql`update presence.interval set state = 'present', left_at = null, left_reason = null, gaps = '[]'
        where participant_sid = 'PA_a'`.execute(database.db);
      for (let times = 0; times < 2; times++)
        await database.db.transaction().execute((tx) => stage.apply(tx, [fact]));
      const told = (await toldTo('person_bob9')).map(({ type }) => type.replace('call.partner_', ''));
      expect(told).toEqual(['joined', 'left', 'left', 'back']);
    });
  });
}

async function aCallInWhich({ db }: Database, _what: 'Alice is unreachable'): Promise<void> {
  await sql`insert into access.person (id, name) values ('person_alice9', 'Alice'), ('person_bob9', 'Bob')`.execute(
    db,
  );
  await sql`insert into calls.call (id, room_name, livekit_room, status)
    values ('call_9', 'blue', 'room-9', 'reconnecting')`.execute(db);
  await sql`insert into calls.call_person (call_id, person_id, role)
    values ('call_9', 'person_alice9', 'payer'), ('call_9', 'person_bob9', 'earner')`.execute(db);
  await sql`insert into presence.interval
      (participant_sid, room_sid, room_name, identity, person_id, call_id, joined_at, last_proof_at, state, gaps,
        evidence)
    values
      ('PA_a', 'RM_1', 'blue', 'person_alice9', 'person_alice9', 'call_9', '2026-01-05T10:00:00Z',
        '2026-01-05T10:01:00Z', 'unreachable', jsonb_build_array(jsonb_build_array(1767607260000, null)), '{"joins": {"webhook": 0}}'),
      ('PA_b', 'RM_1', 'blue', 'person_bob9', 'person_bob9', 'call_9', '2026-01-05T10:00:01Z',
        '2026-01-05T10:01:00Z', 'present', '[]', '{"joins": {"webhook": 0}}')`.execute(db);
}
