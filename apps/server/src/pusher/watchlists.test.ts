import { createRequire } from 'node:module';
import PusherServer from 'pusher';
import type PusherJs from 'pusher-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryHub, redisHints, silentLog, type Database, type Hints } from '../platform/index.ts';
import { ManualClock, openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { sharedInMemory, sharedInRedis, type Shared } from '../realtime/index.ts';
import { reverb, startFixture, type Fixture } from './fixture.testing.ts';

/** pusher-js as it is on npm: its Node build. */
const Pusher = createRequire(import.meta.url)('pusher-js') as typeof PusherJs.default;
const [store] = await openTestDatabases();
const redisUrl = testRedisUrl(9);
/** Two nodes of one kind: how each hears of the other, and what they share. */
type Join = () => Promise<[Hints, Shared]>;
const kinds: [string, () => Join][] = [
  [
    'memory',
    () => {
      const [hub, shared] = [memoryHub(silentLog), sharedInMemory(Date.now)];
      return async () => {
        const hints = hub.join();
        return [hints, shared(hints.node)];
      };
    },
  ],
];
if (redisUrl)
  kinds.push([
    'redis',
    () => async () => {
      const hints = await redisHints(redisUrl, silentLog);
      return [hints, sharedInRedis(redisUrl, hints.node, silentLog)];
    },
  ]);
const team = new PusherServer({ ...reverb, host: '127.0.0.1' });

describe.each(kinds)('watchlists over two nodes, joined by %s', (_kind, joining) => {
  let database: Database;
  let clock: ManualClock;
  let nodes: Fixture[];
  const open: PusherJs.default[] = [];
  beforeAll(async () => {
    if (!store) throw new Error('no database');
    database = await store.open();
  });
  beforeEach(async () => {
    clock = new ManualClock();
    const join = joining();
    nodes = [];
    for (let n = 0; n < 2; n += 1) {
      const [hints, shared] = await join();
      nodes.push(await startFixture(database, { clock, hints, shared }));
    }
  });
  afterEach(async () => {
    for (const each of open.splice(0)) each.disconnect();
    for (const node of nodes) await node.close();
  });
  afterAll(() => database.close());

  /** A user who signs in at a node as a team's own backend signs, and what is told of whom they watch. */
  const signIn = async (id: string, at: number, watchlist: string[] = []) => {
    const pusher = new Pusher('key', {
      cluster: '',
      wsHost: '127.0.0.1',
      wsPort: nodes[at]!.port,
      forceTLS: false,
      enabledTransports: ['ws'],
      userAuthentication: {
        transport: 'ajax',
        endpoint: '',
        customHandler: ({ socketId }, done) => done(null, team.authenticateUser(socketId, { id, watchlist })),
      },
    });
    open.push(pusher);
    const told: string[] = [];
    for (const name of ['online', 'offline'])
      pusher.user.watchlist.bind(name, ({ user_ids }: { user_ids: string[] }) =>
        told.push(...user_ids.map((userId) => `${userId} ${name}`)),
      );
    pusher.signin();
    await expect
      .poll(() => nodes[at]!.realtime.hub.channels.get(`#server-to-user-${id}`)?.size)
      .toBeGreaterThan(0);
    return { pusher, told };
  };

  test('[PUSHER-23] whoever is watched is told as online and offline, on whatever node, and a reload is neither', async () => {
    const ben = await signIn('ben', 1);
    const ann = await signIn('ann', 0, ['ben', 'cleo']);
    await expect.poll(() => ann.told).toEqual(['ben online']);
    const cleo = await signIn('cleo', 1);
    await expect.poll(() => ann.told).toEqual(['ben online', 'cleo online']);
    const gone = async (id: string): Promise<void> => {
      await expect.poll(() => nodes[1]!.realtime.hub.channels.get(`#server-to-user-${id}`)).toBeUndefined();
      await nodes[1]!.realtime.caughtUp();
    };
    ben.pusher.disconnect();
    await gone('ben');
    await clock.advance(1_000);
    await signIn('ben', 0);
    cleo.pusher.disconnect();
    await gone('cleo');
    await clock.advance(3_000);
    await expect.poll(() => ann.told).toEqual(['ben online', 'cleo online', 'cleo offline']);
    expect(ben.told).toEqual([]);
  });

  test('[PUSHER-23] whoever was on a node that died is told as offline, once', async () => {
    const ann = await signIn('ann', 0, ['ben', 'cleo']);
    await signIn('ben', 1);
    await signIn('cleo', 0);
    await expect.poll(() => ann.told.toSorted()).toEqual(['ben online', 'cleo online']);
    ann.told.splice(0);
    await nodes[1]!.realtime.caughtUp();
    // As when its lease ends: what it wrote for the others is still there.
    await nodes[1]!.hints.close();
    for (let look = 0; look < 3; look += 1) {
      await clock.advance(15_000);
      await expect.poll(() => ann.told).toEqual(['ben offline']);
    }
    await signIn('ben', 0);
    await expect.poll(() => ann.told).toEqual(['ben offline', 'ben online']);
  });
});
