import type { Fact, NewFact } from '@latido/core';
import type { Role } from '@latido/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccess } from '../access/index.ts';
import { createCall } from '../calls/index.ts';
import { messagesIn } from '../chat/index.ts';
import type { App, Database } from '../platform/index.ts';
import { buildHttp, loadConfig, memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { appendAndHint, FACT_LOG, presenceStage, readFacts } from '../presence/index.ts';
import { createAttendance } from './index.ts';

const T0 = Date.parse('2026-01-05T10:00:00Z');
const at = (s: number): number => T0 + s * 1000;
const config = loadConfig({ LATIDO_AUTH_SECRET: 'x'.repeat(40) });
const password = 'correct horse';

let count = 0;

interface Webhook {
  readonly room?: string;
  readonly roomSid?: string;
  readonly sid: string;
  readonly participant: {
    identity: string;
    name?: string;
    kind?: string;
    attributes?: Record<string, string>;
  };
}

function webhook(
  type: 'joined' | 'left',
  s: number,
  { room = 'salon', roomSid = 'RM_1', sid, participant }: Webhook,
): NewFact {
  count += 1;
  return {
    source: 'webhook',
    type: `participant_${type}`,
    sourceEventId: `EV_${count}`,
    roomName: room,
    roomSid,
    participantSid: sid,
    identity: participant.identity,
    occurredAt: at(s),
    receivedAt: at(s),
    payload: { participant: { ...participant, sid, state: 'ACTIVE', disconnectReason: 'CLIENT_INITIATED' } },
  };
}

for (const store of await openTestDatabases()) {
  describe(`own meetings on ${store.name}`, () => {
    let database: Database;
    let app: App;
    const clock = new ManualClock(at(600));
    const hints = memoryHints(silentLog);
    const tokens: Record<string, string> = {};
    const ids: Record<string, string> = {};

    async function person(
      name: string,
      roles: Role[],
      access: ReturnType<typeof createAccess>,
    ): Promise<void> {
      const email = `${name}@demo.test`;
      ids[name] = (await access.createAccount({ name, email, password, roles })).id;
      const answer = await app.inject({
        method: 'POST',
        url: '/api/auth/sign-in/email',
        payload: { email, password },
      });
      tokens[name] = `Bearer ${String(answer.headers['set-auth-token'])}`;
    }

    async function fold(facts: readonly NewFact[]): Promise<void> {
      await appendAndHint({ db: database.db, hints }, facts);
      const followers = startFollowers<Fact>({
        db: database.db,
        hints,
        log: silentLog,
        clock,
        topic: FACT_LOG,
        read: readFacts,
        stages: [presenceStage],
      });
      await followers.caughtUp();
      await followers.close();
    }

    beforeAll(async () => {
      database = await store.open();
      app = await buildHttp({ config, log: silentLog });
      const access = createAccess({ database, config, log: silentLog });
      access.routes(app);
      const caughtUp = (): Promise<void> => Promise.resolve();
      await createAttendance({ access, db: database.db, clock, caughtUp, messagesIn }).routes?.(app);
      await app.ready();
      for (const [name, role] of [
        ['alice', 'client'],
        ['bob', 'model'],
        ['dora', 'mentor'],
        ['eve', 'mentee'],
        ['ada', 'admin'],
      ] as const) {
        await person(name, [role], access);
      }
    });
    afterAll(async () => {
      await app.close();
      await hints.close();
      await database.close();
    });

    const get = (url: string, who = '', headers: Record<string, string> = {}) =>
      app.inject({
        url,
        headers: { ...(who === '' ? {} : { authorization: tokens[who] ?? who }), ...headers },
      });

    test('[ATT-20] who was removed from a call, or strayed into its room, reads nothing of it by the room', async () => {
      const made = await database.db.transaction().execute((tx) =>
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
        where call_id = ${made.id} and person_id = ${ids['eve']}`.execute(database.db);
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
