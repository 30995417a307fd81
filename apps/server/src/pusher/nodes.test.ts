import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { memoryHub, redisHints, silentLog, type Database, type Hints } from '../platform/index.ts';
import { ManualClock, openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { sharedInMemory, sharedInRedis, type Shared } from '../realtime/index.ts';
import { aCall, askHttpApi, member, signed, startFixture } from './fixture.testing.ts';
import type { Client, Fixture } from './fixture.testing.ts';

const [store] = await openTestDatabases();
const redisUrl = testRedisUrl(12);
const hub = memoryHub(silentLog);
const inOneProcess = sharedInMemory(Date.now);
type Kind = [name: string, join: () => Promise<Hints>, shared: (node: string) => Shared];
const kinds: Kind[] = [['memory', async () => hub.join(), inOneProcess]];
if (redisUrl)
  kinds.push([
    'redis',
    () => redisHints(redisUrl, silentLog),
    (node) => sharedInRedis(redisUrl, node, silentLog),
  ]);
const SUCCEEDED = 'pusher_internal:subscription_succeeded';
const ADDED = 'pusher_internal:member_added';
const REMOVED = 'pusher_internal:member_removed';

describe.each(kinds)('several nodes, joined by %s', (kind, joinHints, sharedOf) => {
  let database: Database;
  let one: Fixture;
  let two: Fixture;
  const more: Fixture[] = [];
  const node = async (
    clock?: ManualClock,
    subscriptionCount = false,
    settings: Record<string, string> = {},
  ): Promise<Fixture> => {
    const callStateFor = async (callId: string, viewerId: string) => ({ callId, seenBy: viewerId }) as never;
    const hints = await joinHints();
    const timed = clock === undefined ? {} : { clock };
    return await startFixture(database, {
      hints,
      shared: sharedOf(hints.node),
      callStateFor,
      subscriptionCount,
      settings,
      ...timed,
    });
  };
  beforeAll(async () => {
    if (!store) throw new Error('no database');
    database = await store.open();
    await aCall(database, 'call_n');
    [one, two] = [await node(), await node()];
  });
  afterEach(async () => {
    for (const each of more.splice(0)) await each.close();
  });
  afterAll(async () => {
    await one.close();
    await two.close();
    await database.close();
  });

  async function join(fixture: Fixture, who: string, channel: string): Promise<Client> {
    const client = await fixture.connect();
    const answer = await fixture.authorize(who, { socket_id: client.socketId, channel_name: channel });
    client.send('pusher:subscribe', { channel, ...((await answer.json()) as object) });
    await client.next();
    return client;
  }
  /** Enters a presence channel; gives the members that the acknowledgement names. */
  async function enter(fixture: Fixture, id: string, channel: string): Promise<[Client, string[]]> {
    const client = await fixture.connect();
    client.send('pusher:subscribe', signed(client, channel, member(id)));
    const [event, data] = await client.next();
    expect(event).toBe(SUCCEEDED);
    const { count, ids, hash } = (data as { presence: { count: number; ids: string[]; hash: object } })
      .presence;
    expect([count, Object.keys(hash).toSorted()]).toEqual([ids.length, ids.toSorted()]);
    return [client, ids.toSorted()];
  }
  const idsIn = (frames: [string, unknown, string?][]): [string, string][] =>
    frames.map(([event, data]) => [event, (data as { user_id: string }).user_id]);

  test('[NODES-1] an event of one node reaches the sockets of both, each once', async () => {
    const clients = [await join(one, 'bob', 'news'), await join(two, 'bob', 'news')];
    one.realtime.hub.broadcast('news', 'flash', { n: 1 });
    two.realtime.hub.broadcast('news', 'flash', { n: 2 });
    for (const client of clients) {
      const numbers = (await client.take(2)).map(([, data]) => (data as { n: number }).n);
      expect(numbers.toSorted()).toEqual([1, 2]);
      expect(await client.sofar()).toEqual([]);
    }
  });

  test('[NODES-2] a notice that one node stores reaches a socket of the other', async () => {
    const client = await join(two, 'bob', 'private-inbox-person_bob');
    await one.tell('person_bob', 'across');
    expect((await client.next())[1]).toMatchObject({ payload: { name: 'across' } });
  });

  test('[NODES-3] a call that changes on one node is pushed to its people on both', async () => {
    const alice = await join(one, 'alice', 'private-user-person_alice');
    const bob = await join(two, 'bob', 'private-user-person_bob');
    one.hints.publish('call.changed', 'call_n');
    expect((await alice.next())[1]).toEqual({ callId: 'call_n', seenBy: 'person_alice' });
    expect((await bob.next())[1]).toEqual({ callId: 'call_n', seenBy: 'person_bob' });
  });

  test('[NODES-4] members of a presence channel are those of all nodes; each socket is told once who came and went', async () => {
    const channel = 'presence-all';
    const [alice] = await enter(one, 'alice', channel);
    const [bob, seenByBob] = await enter(two, 'bob', channel);
    expect(seenByBob).toEqual(['alice', 'bob']);
    expect(idsIn([await alice.next()])).toEqual([[ADDED, 'bob']]);
    const [bobToo, seenByBobToo] = await enter(one, 'bob', channel);
    expect(seenByBobToo).toEqual(['alice', 'bob']);
    await one.realtime.caughtUp();
    // He is there as long as one of his sockets is, wherever.
    bob.socket.terminate();
    await bob.closed;
    const [carol, seenByCarol] = await enter(two, 'carol', channel);
    expect(seenByCarol).toEqual(['alice', 'bob', 'carol']);
    expect(idsIn([await alice.next()])).toEqual([[ADDED, 'carol']]);
    bobToo.send('pusher:unsubscribe', { channel });
    expect(idsIn([await alice.next()])).toEqual([[REMOVED, 'bob']]);
    expect(idsIn([await carol.next()])).toEqual([[REMOVED, 'bob']]);
    carol.socket.terminate();
    expect(idsIn([await alice.next()])).toEqual([[REMOVED, 'carol']]);
    expect(await alice.sofar()).toEqual([]);
  });

  test('[NODES-5] the HTTP API of any node tells of the sockets of all', async () => {
    const channel = 'presence-http';
    await enter(one, 'alice', channel);
    await enter(two, 'bob', channel);
    await enter(two, 'alice', channel);
    await join(two, 'bob', 'far-away');
    await Promise.all([one.realtime.caughtUp(), two.realtime.caughtUp()]);
    const read = async (path: string): Promise<unknown> =>
      (await askHttpApi(one.url, ['GET', `/apps/latido${path}`])).json();
    const counts = { subscription_count: 3, user_count: 2 };
    expect(await read('/channels?filter_by_prefix=presence-http')).toEqual({
      channels: { [channel]: counts },
    });
    expect(await read(`/channels/${channel}`)).toEqual({ occupied: true, ...counts });
    expect(await read('/channels/far-away')).toEqual({ occupied: true, subscription_count: 1 });
    expect(await read(`/channels/${channel}/users`)).toEqual({
      users: expect.toSatisfy(
        (users: { id: string }[]) =>
          users
            .map(({ id }) => id)
            .toSorted()
            .join() === 'alice,bob',
      ) as never,
    });
  });

  test('[NODES-6] the members of a node that dies without a word are told as gone by the next look', async () => {
    const clock = new ManualClock();
    const watching = await node(clock);
    const dying = await node();
    more.push(watching);
    const [alice] = await enter(watching, 'alice', 'presence-mortal');
    await enter(dying, 'bob', 'presence-mortal');
    expect(idsIn([await alice.next()])).toEqual([[ADDED, 'bob']]);
    // As when its lease ends: what it wrote for the others is still there.
    await dying.realtime.caughtUp();
    await dying.hints.close();
    await clock.advance(5_000);
    expect(idsIn([await alice.next()])).toEqual([[REMOVED, 'bob']]);
    await dying.close();
  });

  test('[NODES-6] a lost hint costs no more than the next look', async () => {
    const clock = new ManualClock();
    const watching = await node(clock);
    more.push(watching);
    const [alice] = await enter(watching, 'alice', 'presence-lost');
    const hints = await joinHints();
    const shared = sharedOf(hints.node);
    const bob = { userId: 'bob', userInfo: null };
    await shared.members.write([{ channel: 'presence-lost', sockets: 1, joined: [bob], left: [] }]);
    expect(await alice.sofar()).toEqual([]);
    await clock.advance(5_000);
    expect(idsIn([await alice.next()])).toEqual([[ADDED, 'bob']]);
    await shared.close();
    await hints.close();
    await clock.advance(5_000);
    expect(idsIn([await alice.next()])).toEqual([[REMOVED, 'bob']]);
  });

  test('[NODES-7] a node that is shut down takes its members with it at once', async () => {
    const going = await node();
    const [alice] = await enter(one, 'alice', 'presence-going');
    await enter(going, 'bob', 'presence-going');
    expect(idsIn([await alice.next()])).toEqual([[ADDED, 'bob']]);
    await going.close();
    expect(idsIn([await alice.next()])).toEqual([[REMOVED, 'bob']]);
  });

  test('[NODES-12] a member who moves from one node to another never went; who stays away is told of a while later', async () => {
    const lingers = { LATIDO_MEMBERS_LINGER_MS: '3000' };
    const clocks = [new ManualClock(), new ManualClock(), new ManualClock()] as const;
    const all = clocks.map((clock) => node(clock, false, lingers));
    const [watching, from, to] = (await Promise.all(all)) as [Fixture, Fixture, Fixture];
    more.push(watching, from, to);
    const caughtUp = async (): Promise<void> => {
      for (const each of [from, to, watching]) await each.realtime.caughtUp();
    };
    const channel = 'presence-moves';
    const [alice] = await enter(watching, 'alice', channel);
    const [bob] = await enter(from, 'bob', channel);
    expect(idsIn([await alice.next()])).toEqual([[ADDED, 'bob']]);
    bob.socket.terminate();
    await expect.poll(() => from.pusher.connectionCount).toBe(0);
    await caughtUp();
    await clocks[0].advance(2_000);
    const [again] = await enter(to, 'bob', channel);
    await caughtUp();
    // The hint may still be on its way: what is written is read, as with each look.
    await watching.realtime.hub.members.load(channel);
    await clocks[0].advance(10_000);
    expect(await alice.sofar()).toEqual([]);
    again.socket.terminate();
    const told: unknown[] = [];
    await expect
      .poll(async () => {
        await clocks[0].advance(1_000);
        return told.push(...idsIn(await alice.sofar()));
      })
      .toBe(1);
    expect(told).toEqual([[REMOVED, 'bob']]);
  });

  test('[NODES-8] the last event of a cache channel is known to a node that started after it', async () => {
    one.realtime.hub.broadcast('cache-rates', 'rate', { n: 1 });
    const client = await join(two, 'bob', 'cache-rates');
    expect(await client.next()).toEqual(['rate', { n: 1 }, 'cache-rates']);
    const late = await node();
    more.push(late);
    const later = await join(late, 'bob', 'cache-rates');
    expect(await later.next()).toEqual(['rate', { n: 1 }, 'cache-rates']);
  });

  test('[NODES-11] who asks for it is told how many are in a channel on all nodes, whenever that changes', async () => {
    const clock = new ManualClock();
    const [here, there] = [await node(clock, true), await node(undefined, true)];
    more.push(here, there);
    const count = (n: number) => ['pusher_internal:subscription_count', { subscription_count: n }, 'counted'];
    const first = await join(here, 'bob', 'counted');
    expect(await first.next()).toEqual(count(1));
    const second = await join(there, 'bob', 'counted');
    expect(await second.next()).toEqual(count(2));
    expect(await first.next()).toEqual(count(2));
    second.socket.terminate();
    expect(await first.next()).toEqual(count(1));
    await enter(here, 'alice', 'presence-counted');
    // What no hint told is found by the next look.
    const hints = await joinHints();
    const shared = sharedOf(hints.node);
    await shared.members.write([{ channel: 'counted', sockets: 120, joined: [], left: [] }]);
    expect(await first.sofar()).toEqual([]);
    await clock.advance(5_000);
    expect(await first.next()).toEqual(count(121));
    // So many are told with the looks only.
    await join(here, 'bob', 'counted');
    await here.realtime.caughtUp();
    expect(await first.sofar()).toEqual([]);
    await shared.close();
    await hints.close();
    await clock.advance(5_000);
    expect(await first.next()).toEqual(count(2));
  });

  test('[NODES-9] a user who is sent away by one node is sent away by all', async () => {
    const client = await two.connect();
    const answer = await two.authorize('bob', { socket_id: client.socketId }, '/pusher/user-auth');
    client.send('pusher:signin', await answer.json());
    await client.next();
    await askHttpApi(one.url, ['POST', '/apps/latido/users/person_bob/terminate_connections', {}]);
    expect((await client.closed)[0]).toBe(4009);
  });

  // Only what lies outside of us can lose what we wrote.
  if (kind === 'redis')
    test('[NODES-10] what Redis has lost is written anew by the next look', async () => {
      const clock = new ManualClock();
      const [watching, forgotten] = [await node(), await node(clock)];
      more.push(watching, forgotten);
      await enter(forgotten, 'bob', 'presence-again');
      await forgotten.realtime.caughtUp();
      const redis = new Redis(redisUrl ?? '');
      await redis.del(...(await redis.keys(`latido:12:*:${forgotten.hints.node}*`)));
      redis.disconnect();
      const [alice, seen] = await enter(watching, 'alice', 'presence-again');
      expect(seen).toEqual(['alice']);
      await clock.advance(5_000);
      expect(idsIn([await alice.next()])).toEqual([[ADDED, 'bob']]);
    });
});
