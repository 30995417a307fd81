import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

const passed = { step: 'udp', passed: true, code: null, ms: 120 };
const silent = { step: 'microphone', passed: false, code: 'silent', ms: 2_000 };

for (const kind of await openTestDatabases()) {
  describe(`connection tests on ${kind.name}`, () => {
    let server: TestServer;
    let alice: Guest;
    let bob: Guest;
    let carol: Guest;
    let admin: Guest;

    beforeAll(async () => {
      server = await startTestServer(kind);
      alice = await server.person('alice', ['client'], 100n);
      bob = await server.person('bob', ['model']);
      carol = await server.person('carol', ['client']);
      admin = await server.person('adam', ['admin']);
    });
    afterAll(() => server.close());

    const send = async (who: Guest, steps: unknown, more: object = {}) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/api/v1/connection-tests',
        headers: { ...who.headers, 'user-agent': 'A browser' },
        payload: { steps, ...more },
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const get = async (who: Guest, path: string) =>
      (await server.app.inject({ url: `/api/v1/${path}`, headers: who.headers })).json();
    const idsOf = async (who: Guest, path: string): Promise<string[]> =>
      (await get(who, path)).items.map(({ id }: { id: string }) => id);

    it('[CALL-31] is kept with the call that comes after it: one’s own for each, both for the desk', async () => {
      const old = await send(alice, [passed]);
      await sql`update calls.connection_test set at = at - interval '25 hours'`.execute(server.db);
      const first = (await send(alice, [passed])).body;
      const last = await send(alice, [silent, passed]);
      expect(last).toMatchObject({
        status: 201,
        body: { personId: alice.personId, steps: [silent, passed], browser: 'A browser' },
      });
      const bobs = (await send(bob, [passed])).body;
      await send(carol, [passed]);
      const { callId } = (
        await server.app.inject({
          method: 'POST',
          url: '/api/v1/calls',
          headers: alice.headers,
          payload: { with: bob.personId },
        })
      ).json();
      const of = `calls/${callId}/connection-tests`;
      expect(await idsOf(alice, of)).toEqual([last.body.id]);
      expect(await idsOf(bob, of)).toEqual([bobs.id]);
      expect((await idsOf(admin, of)).toSorted()).toEqual([last.body.id, bobs.id].toSorted());
      expect((await get(carol, of)).code).toBe('call.not_found');
      expect(await idsOf(alice, 'connection-tests')).toEqual([last.body.id, first.id, old.body.id]);
    });

    it.each([
      ['no step', []],
      ['a step twice', [passed, passed]],
      ['a step that is none', [{ ...passed, step: 'weather' }]],
      ['a word of its own', [{ ...passed, note: '<b>' }]],
      ['no time', [{ ...passed, ms: -1 }]],
      ['a step that passed and did not', [{ ...passed, code: 'denied' }]],
      ['a step that did not pass for no reason', [{ ...silent, code: null }]],
    ])('[CALL-31] refuses %s', async (_title, steps) => {
      expect((await send(alice, steps)).body.code).toBe('request.invalid');
    });

    it('[CALL-31] nobody sends one in another’s name, or with a time or a browser of their own choice', async () => {
      const before = await idsOf(bob, 'connection-tests');
      for (const forged of [{ personId: bob.personId }, { at: '2020-01-01T00:00:00Z' }, { browser: 'Other' }])
        expect((await send(alice, [passed], forged)).body.code).toBe('request.invalid');
      expect(await idsOf(bob, 'connection-tests')).toEqual(before);
    });
  });
}
