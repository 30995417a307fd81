import { startFakeLivekit, VirtualClock } from '@latido/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createServer, type Server } from './app.ts';
import { loadConfig, silentLog, type Clock, type TimerHandle } from './platform/index.ts';
import { openTestDatabases, type TestDatabases } from './platform/testing.ts';
import { rebuild } from './rebuild.ts';

const KEY = 'devkey';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
const PASSWORD = 'correct horse battery';

function serverClock(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimeout: (run, ms) => clock.setTimeout(run, ms) as TimerHandle,
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}

/** The whole server as main makes it, on a clock that only this test moves, with the fake LiveKit on the same clock. */
async function openHouse(kind: TestDatabases) {
  const clock = new VirtualClock(Math.floor(Date.now() / 1000) * 1000);
  const seen: { server?: Server; posted: { body: string; headers: Record<string, string> }[] } = {
    posted: [],
  };
  const deliver = async (body: string, headers: Record<string, string>): Promise<number> => {
    const url = '/api/livekit/webhook';
    const answer = await seen.server?.app.inject({
      method: 'POST',
      url,
      payload: Buffer.from(body),
      headers,
    });
    return answer?.statusCode ?? 503;
  };
  const fake = await startFakeLivekit({
    clock,
    apiKey: KEY,
    apiSecret: SECRET,
    webhookUrls: ['http://latido/api/livekit/webhook'],
    post: ({ body, headers }) => {
      seen.posted.push({ body, headers });
      const answer = deliver(body, headers).then((status) => ({ status, retryAfter: null }));
      clock.during(answer);
      return answer;
    },
  });
  const config = loadConfig({
    PORT: '0',
    LATIDO_AUTH_SECRET: 'x'.repeat(40),
    LIVEKIT_URL: fake.wsUrl,
    LIVEKIT_API_KEY: KEY,
    LIVEKIT_API_SECRET: SECRET,
  });
  const server = await createServer({ config, clock: serverClock(clock), database: await kind.open() });
  seen.server = server;
  return { clock, fake, server, posted: seen.posted, deliver };
}

type House = Awaited<ReturnType<typeof openHouse>>;

interface Guest {
  readonly personId: string;
  readonly headers: Record<string, string>;
}

async function invite({ server }: House, name: string, role: 'client' | 'model' | 'admin'): Promise<Guest> {
  const email = `${name}@demo.test`;
  const { id } = await server.access.createAccount({ name, email, password: PASSWORD, roles: [role] });
  if (role === 'client') await server.modules.giveCoins(id, 100n);
  const payload = { email, password: PASSWORD };
  const answer = await server.app.inject({ method: 'POST', url: '/api/auth/sign-in/email', payload });
  return { personId: id, headers: { authorization: `Bearer ${String(answer.headers['set-auth-token'])}` } };
}

for (const kind of await openTestDatabases()) {
  describe(`the whole server on ${kind.name}, the clock injected`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;
    let admin: Guest;

    beforeAll(async () => {
      house = await openHouse(kind);
      [alice, bob, admin] = [
        await invite(house, 'alice', 'client'),
        await invite(house, 'bob', 'model'),
        await invite(house, 'admin', 'admin'),
      ];
    });
    afterAll(async () => {
      await house.server.close();
      await house.fake.stop();
    });

    const get = async (url: string, who: Guest) =>
      (await house.server.app.inject({ url, headers: who.headers })).json();
    const post = async (url: string, who: Guest, payload: object) =>
      (await house.server.app.inject({ method: 'POST', url, payload, headers: who.headers })).json();
    const settled = async () => {
      await house.fake.webhooksIdle();
      await house.server.drain();
    };
    /** Time passes in steps, everything done before the next one. */
    const pass = async (seconds: number) => {
      for (let left = seconds; left > 0; left -= 20) {
        await house.clock.advance(Math.min(left, 20) * 1_000);
        await settled();
      }
    };
    const join = async (who: Guest, roomName: string) => {
      const { callId, identity, token } = await post('/api/livekit/token-secure', who, { roomName });
      const { attributes, name } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
      return { callId, participant: house.fake.join({ room: roomName, identity, name, attributes }) };
    };
    const rows = async (callId: string) => ({
      charges: (await get(`/api/v1/calls/${callId}/charges`, alice)).items,
      intervals: (await get(`/api/v1/calls/${callId}/intervals`, alice)).items,
      attendance: (await get(`/api/v1/calls/${callId}/attendance`, alice)).items,
    });
    const books = () => get('/api/v1/admin/audit', admin);

    it.each([
      [65, 10],
      [95, 10],
      [125, 20],
    ])(
      '[METER-1] %i s of togetherness cost %i coins, a row a unit, the share in the same entries',
      async (seconds, coins) => {
        const room = `room-${seconds}`;
        const before = {
          wallet: await get('/api/v1/wallet', alice),
          earned: await get('/api/v1/earnings', bob),
        };
        const { callId } = await join(alice, room);
        await join(bob, room);
        await settled();
        await pass(seconds);
        const ended = await post('/api/livekit/end-coin-session', alice, { room_name: room });
        expect(ended).toMatchObject({ success: true, status: 'ended', coins, endedBy: alice.personId });
        const again = await post('/api/livekit/end-coin-session', bob, { roomName: room });
        expect(again).toMatchObject({
          success: true,
          coins,
          endedBy: alice.personId,
          endedAt: ended.endedAt,
        });
        const { charges, attendance } = await rows(callId);
        expect(charges.map((row: { unit: number; coins: number }) => [row.unit, row.coins])).toEqual(
          Array.from({ length: coins / 10 }, (_, i) => [i + 1, 10]),
        );
        expect(attendance).toHaveLength(2);
        expect((await get('/api/v1/wallet', alice)).balance).toBe(before.wallet.balance - coins);
        expect((await get('/api/v1/earnings', bob)).balance).toBe(before.earned.balance + coins * 0.7);
        expect(await get('/api/v1/wallet', alice)).toMatchObject({ held: 0 });
        expect(await books()).toEqual({ sum: 0, differences: [] });
      },
    );

    it('[PRES-R12] the same webhooks five times, and backwards, leave the same rows', async () => {
      const { items } = await get('/api/v1/calls?room=room-125', alice);
      await pass(5);
      const before = await rows(items[0].callId);
      const deliveries = house.posted.toReversed();
      for (let time = 0; time < 5; time += 1) {
        for (const { body, headers } of deliveries) {
          // A signature is good for five minutes and one of tolerance, and no more than that has passed.
          expect(await house.deliver(body, headers)).toBe(200);
        }
      }
      await settled();
      expect(await rows(items[0].callId)).toEqual(before);
      expect(await books()).toEqual({ sum: 0, differences: [] });
    });

    it('[PRES-R13] dropping all that is derived and folding the facts again gives the same rows, byte for byte', async () => {
      const { database, config } = house.server;
      const derived = async () => {
        const { rows } = await sql<Record<string, string>>`
          select (select jsonb_agg(i order by participant_sid) from presence.interval i)::text as intervals,
                 (select jsonb_agg(c order by id) from calls.call c)::text as calls,
                 (select jsonb_agg(r order by call_id, room_sid) from calls.call_room r)::text as rooms,
                 (select jsonb_agg(d order by meter_id, unit_index) from metering.due d)::text as dues,
                 (select jsonb_agg(b order by account_id) from ledger.balance b)::text as balances`.execute(
          database.db,
        );
        return rows[0] ?? {};
      };
      await settled();
      const before = await derived();
      expect(before['intervals']).toContain('room-125');
      const rebuilt = await rebuild({ database, config, log: silentLog });
      expect(rebuilt).toMatchObject({ intervals: 6, meters: 3 });
      expect(await derived()).toEqual(before);
      expect(await books()).toEqual({ sum: 0, differences: [] });
    });

    it('[CALL-1] a call of others answers as one that does not exist', async () => {
      const carol = await invite(house, 'carol', 'client');
      const { items } = await get('/api/v1/calls?room=room-65', alice);
      for (const path of ['', '/charges', '/attendance', '/intervals', '/facts', '/meter', '/receipt']) {
        const answer = await house.server.app.inject({
          url: `/api/v1/calls/${items[0].callId}${path}`,
          headers: carol.headers,
        });
        expect([path, answer.statusCode, answer.json().code]).toEqual([path, 404, 'call.not_found']);
      }
    });
  });
}
