import { once } from 'node:events';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createServer, type Server } from './app.ts';
import { grantOf } from './house.testing.ts';
import { giveWelcomeCoins } from './ledger/index.ts';
import { loadConfig, memoryHints, silentLog, type Database } from './platform/index.ts';
import { ManualClock, openTestDatabases, testRedisUrl } from './platform/testing.ts';
import { appendAndHint } from './presence/index.ts';

const redisUrl = testRedisUrl(14);
const PASSWORD = 'correct horse battery';
const SALON = { roomName: 'salon' };

/** Nobody else may open an embedded database: several servers stand on Postgres. */
const store = (await openTestDatabases()).find(({ name }) => name === 'postgres');

describe.skipIf(!redisUrl || !store)('two servers with one Postgres and one Redis', () => {
  const clock = new ManualClock(Math.floor(Date.now() / 1000) * 1000);
  const sockets: WebSocket[] = [];
  let database: Database;
  let one: Server;
  let two: Server;

  beforeAll(async () => {
    if (!store) throw new Error('no Postgres');
    database = await store.open();
    const node = async (): Promise<Server> => {
      const config = loadConfig({
        PORT: '0',
        LATIDO_AUTH_SECRET: 'x'.repeat(40),
        REDIS_URL: redisUrl,
        LIVEKIT_URL: 'ws://127.0.0.1:1',
        LIVEKIT_API_KEY: 'devkey',
        LIVEKIT_API_SECRET: 'a-secret-of-at-least-32-characters-xx',
      });
      return await createServer({ config, clock, database: { ...database, close: async () => undefined } });
    };
    [one, two] = [await node(), await node()];
  });
  afterAll(async () => {
    for (const socket of sockets) socket.terminate();
    await one.close();
    await two.close();
    await database.close();
  });

  /** Resolves when one has heard all that the other one hinted until now: to them a second of the test's is one of ours. */
  const heard = (from: Server, by: Server): Promise<void> =>
    new Promise((resolve) => {
      const stop = by.hints.subscribe('test.barrier', () => {
        stop();
        resolve();
      });
      from.hints.publish('test.barrier');
    });

  /**
   * Resolves when the table of last proofs has of these sids what a node writes there every five seconds, and both have read all: else a
   * busy machine would lag behind a clock that is moved by hand, and each node would miss whom the other one hears.
   */
  const written = async (sids: readonly string[]): Promise<void> => {
    const since = new Date(clock.now() - 6_000);
    for (;;) {
      await Promise.all([one.caughtUp(), two.caughtUp()]);
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from presence.proof
         where participant_sid = any(${[...sids]}::text[]) and to_at >= ${since}::timestamptz`.execute(
        database.db,
      );
      if (rows[0]?.n === sids.length) return;
    }
  };

  type Say = (message: object) => Promise<void>;
  interface Guest {
    readonly server: Server;
    readonly sid: string;
    readonly post: (url: string, payload: object) => Promise<Record<string, unknown>>;
  }
  const invite = async (server: Server, name: string, role: 'client' | 'model'): Promise<Guest> => {
    const email = `${name}@demo.test`;
    const { id } = await server.access.createAccount({ name, email, password: PASSWORD, roles: [role] });
    if (role === 'client') await giveWelcomeCoins(database.db, id, 100n);
    const payload = { email, password: PASSWORD };
    const answer = await server.app.inject({ method: 'POST', url: '/api/auth/sign-in/email', payload });
    const headers = { authorization: `Bearer ${String(answer.headers['set-auth-token'])}` };
    return {
      server,
      sid: `PA_${name}`,
      post: async (url, body) =>
        (await server.app.inject({ method: 'POST', url, payload: body, headers })).json(),
    };
  };
  /** LiveKit names somebody: a browser's word alone is nobody's presence (METER-19). */
  const named = async (participantSid: string, identity: string, roomName: string): Promise<void> => {
    const now = clock.now();
    const payload = { participant: { state: 'ACTIVE', sid: participantSid, identity } };
    const where = { roomName, roomSid: 'RM_1', participantSid, identity };
    const told = {
      source: 'webhook',
      sourceEventId: `EV_${participantSid}`,
      type: 'participant_joined',
    } as const;
    const fact = { ...told, ...where, occurredAt: now, receivedAt: now, payload };
    await appendAndHint({ db: database.db, hints: memoryHints(silentLog) }, [fact]);
  };
  /** Opens the presence socket of somebody on their own server. */
  const attend = async ({ post, server, sid }: Guest): Promise<Say> => {
    const { presence, token, identity } = await post('/api/livekit/token-secure', SALON);
    const { ticket } = presence as { ticket: string };
    await named(sid, String(identity), grantOf(String(token)).room);
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/presence?ticket=${ticket}`);
    sockets.push(socket);
    await once(socket, 'open');
    return async (message) => {
      socket.send(JSON.stringify({ ...message, roomSid: 'RM_1', participantSid: sid }));
      socket.ping();
      await once(socket, 'pong');
    };
  };

  it('[PRES-NODES-1] a server that settles a call has what the other one heard of the payer until then', async () => {
    const [alice, bob] = [await invite(one, 'alice', 'client'), await invite(two, 'bob', 'model')];
    const [aliceSays, bobSays] = [await attend(alice), await attend(bob)];
    const beats = async (says: Say[], forMs: number): Promise<void> => {
      for (const say of says) await say({ type: 'connected' });
      for (let n = 0; n < forMs / 1_000; n += 1) {
        await Promise.all(says.map((say) => say({ type: 'beat', roomState: 'connected', n })));
        await Promise.all([heard(one, two), heard(two, one)]);
        if (n > 6) await written([alice.sid, bob.sid]);
        await clock.advance(1_000);
      }
    };
    // Alice's server writes 5, 10, … 60 s after she came, and when its own meter has seen that a unit is due. The
    // first one is due 60 s after Bob: that instant is in its memory only when Bob hangs up, on the other server.
    await beats([aliceSays], 3_000);
    await beats([aliceSays, bobSays], 60_000);
    for (const say of [aliceSays, bobSays]) await say({ type: 'beat', roomState: 'connected', n: 120 });
    // A busy machine may need longer than a reader waits: then the answer says that it is not the last word.
    let answer = await bob.post('/api/livekit/end-coin-session', SALON);
    while (answer['settled'] !== true) {
      expect(answer).toMatchObject({ status: 'ended', settled: false });
      await clock.advance(250);
      answer = await bob.post('/api/livekit/end-coin-session', SALON);
    }
    // Bob asks: of the ten that it cost he is told what he earned (METER-39).
    expect(answer).toMatchObject({ status: 'ended', coins: 7 });
  });

  it('[ACCESS-13] signing out on one server closes the socket on the other, and its ticket there', async () => {
    const email = 'carol@demo.test';
    await one.access.createAccount({ name: 'carol', email, password: PASSWORD, roles: ['model'] });
    const ask = async (server: Server, url: string, payload: object, headers: Record<string, string> = {}) =>
      await server.app.inject({ method: 'POST', url, payload, headers });
    const signedIn = await ask(two, '/api/auth/sign-in/email', { email, password: PASSWORD });
    const headers = { authorization: `Bearer ${String(signedIn.headers['set-auth-token'])}` };
    const { ticket } = (await ask(two, '/api/livekit/token', { roomName: 'lounge' }, headers)).json()
      .presence;
    const open = () => new WebSocket(`${one.url.replace('http', 'ws')}/api/v1/presence?ticket=${ticket}`);
    const socket = open();
    await once(socket, 'message');
    const closed = once(socket, 'close') as Promise<[number]>;
    await ask(two, '/api/auth/sign-out', {}, headers);
    expect((await closed)[0]).toBe(4401);
    const [error] = (await once(open(), 'error')) as [Error];
    expect(error.message).toContain('401');
  });
});
