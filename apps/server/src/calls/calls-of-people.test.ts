import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { callsOfPeople } from './calls-of-people.ts';
import { createCall } from './open-call.ts';

for (const store of await openTestDatabases()) {
  describe(`calls by person and room name on ${store.name}`, () => {
    it('[CALL-18] a person of ours in a room of that name is in its call: open then, else the next; never one that had ended', async () => {
      const { db, close } = await store.open();
      const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 10, minute));
      const make = (minute: number) =>
        db.transaction().execute((tx) =>
          createCall(tx, {
            roomName: 'salon',
            kind: 'paid',
            people: [{ personId: 'person_a', role: 'payer' }],
            createdBy: 'person_a',
            createdAt: at(minute),
          }),
        );
      const first = await make(0);
      await sql`update calls.call set status = 'ended', ended_at = ${at(10)}, ended_by = 'system',
        end_reason = 'left' where id = ${first.id}`.execute(db);
      const second = await make(30);
      const ask = (minute: number, who = 'person_a', roomName = 'salon') => ({
        roomName,
        personId: who,
        at: at(minute).getTime(),
      });
      expect(
        await callsOfPeople(db, [
          ask(5),
          ask(-5),
          ask(20),
          ask(40),
          ask(5, 'person_x'),
          ask(5, 'person_a', 'bar'),
        ]),
      ).toEqual([first.id, first.id, second.id, second.id, null, null]);
      await close();
    });
  });
}
