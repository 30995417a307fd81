import { createRequire } from 'node:module';
import PusherServer from 'pusher';
import type PusherJs from 'pusher-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { memoryHub, silentLog, type Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';
import { sharedInMemory } from '../realtime/index.ts';
import { reverb, startFixture, type Fixture } from './fixture.testing.ts';

/** pusher-js as it is on npm: its Node build. */
const Pusher = createRequire(import.meta.url)('pusher-js') as typeof PusherJs.default;
const [store] = await openTestDatabases();
const team = new PusherServer({ ...reverb, host: '127.0.0.1' });

describe('watchlists', () => {
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
    const [hub, shared] = [memoryHub(silentLog), sharedInMemory(() => clock.now())];
    nodes = [];
    for (let n = 0; n < 2; n += 1) {
      const hints = hub.join();
      nodes.push(await startFixture(database, { clock, hints, shared: shared(hints.node) }));
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
});
