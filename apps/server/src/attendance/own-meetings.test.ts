import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { createCall } from '../calls/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { at, attendanceHouse, T0, webhook } from './attendance.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`own meetings on ${store.name}`, () => {
    const house = attendanceHouse(store);
    const { ids, fold, get } = house;

    test('[ATT-20] who was removed from a call, or strayed into its room, reads nothing of it by the room', async () => {
      const made = await house.database.db.transaction().execute((tx) =>
        createCall(tx, {
          roomName: 'class',
          kind: 'paid',
          people: [
            { personId: ids['eve'] ?? '', role: 'payer' },
            { personId: ids['dora'] ?? '', role: 'earner' },
          ],
          createdAt: new Date(T0),
          createdBy: ids['eve'] ?? '',
        }),
      );
      const room = { room: made.livekitRoom, roomSid: 'RM_c' };
      const of = (who: string, sid: string) => ({ ...room, sid, participant: { identity: `${ids[who]}~c` } });
      await fold([
        webhook('joined', 0, of('eve', 'PA_ce')),
        webhook('joined', 0, of('dora', 'PA_cd')),
        webhook('joined', 1, of('alice', 'PA_ca')),
      ]);
      const read = async (who: string) => {
        const answers = ['attendance', 'intervals', 'facts'].map((what) =>
          get(`/api/v1/rooms/class/${what}`, who),
        );
        return (await Promise.all(answers)).map(({ statusCode }) => statusCode);
      };
      expect([await read('eve'), await read('dora'), await read('alice')]).toEqual([
        [200, 200, 200],
        [200, 200, 200],
        [404, 404, 404],
      ]);
      await sql`update calls.call_person set removed_at = now()
        where call_id = ${made.id} and person_id = ${ids['eve']}`.execute(house.database.db);
      expect([await read('eve'), await read('dora')]).toEqual([
        [404, 404, 404],
        [200, 200, 200],
      ]);
      const listed = async (who: string) => {
        const [meetings, rooms] = [await get('/api/v1/meetings', who), await get('/api/v1/rooms', who)];
        const { items } = meetings.json() as { items: { callId: string | null }[] };
        const { items: named } = rooms.json() as { items: { name: string }[] };
        return [items.some((one) => one.callId === made.id), named.some(({ name }) => name === 'class')];
      };
      expect(await listed('eve')).toEqual([false, false]);
      expect((await listed('dora'))[0]).toBe(true);
    });

    test('[ATT-21] who only a leaving tells of is in the lists of meetings', async () => {
      const left = webhook('left', 500, {
        room: 'lost',
        roomSid: 'RM_l',
        sid: 'PA_l',
        participant: { identity: 'lea' },
      });
      const { participant } = left.payload as { participant: object };
      await fold([{ ...left, payload: { participant: { ...participant, joinedAtMs: String(at(0)) } } }]);
      const { items } = (await get('/api/v1/rooms/lost/attendance', 'ada')).json() as { items: unknown[] };
      expect(items).toMatchObject([{ presentMs: 500_000 }]);
      const meetings = (await get('/api/v1/meetings?room=lost', 'ada')).json() as { items: unknown[] };
      expect(meetings.items).toMatchObject([{ roomName: 'lost', count: 1 }]);
    });
  });
}
