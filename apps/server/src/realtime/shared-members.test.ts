import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { silentLog } from '../platform/index.ts';
import { testRedisUrl } from '../platform/testing.ts';
import { sharedInMemory, type Shared } from './shared-members.ts';
import { sharedInRedis } from './shared-members-redis.ts';

const redisUrl = testRedisUrl(15);
const kinds: [string, (node: string) => Shared][] = [['memory', sharedInMemory(Date.now)]];
if (redisUrl) kinds.push(['redis', (node) => sharedInRedis(redisUrl, node, silentLog)]);

const member = (userId: string) => ({ userId, userInfo: { name: userId } });
const change = { channel: 'presence-a', sockets: 1, joined: [], left: [] };

describe.each(kinds)('what nodes share by %s', (_kind, open) => {
  const opened: Shared[] = [];
  const node = (name: string): Shared => {
    const shared = open(name);
    opened.push(shared);
    return shared;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((shared) => shared.close()));
  });

  test('[BOARD-1] what each node wrote of a channel is read together; who left is gone', async () => {
    const [a, b] = [node('node_a'), node('node_b')];
    await a.members.write([{ ...change, sockets: 3, joined: [member('x'), member('y')] }]);
    await b.members.write([
      { ...change, joined: [member('z')] },
      { ...change, channel: 'news', sockets: 2 },
    ]);
    await a.members.write([{ ...change, sockets: 2, left: ['y'] }]);
    expect(await b.members.members(['presence-a', 'presence-b'], ['node_a', 'node_b'])).toEqual([
      [member('x'), member('z')],
      [],
    ]);
    expect(await b.members.members(['presence-a'], ['node_a'])).toEqual([[member('x')]]);
    expect([...(await a.members.counts(['node_a', 'node_b']))].toSorted()).toEqual([
      ['news', 2],
      ['presence-a', 3],
    ]);
    expect([...(await a.members.counts(['node_a', 'node_b'], ['presence-a', 'none']))]).toEqual([
      ['presence-a', 3],
    ]);
  });

  test('[BOARD-2] who comes back in the same breath is there, and info is what was said last', async () => {
    const a = node('node_a');
    await a.members.write([{ ...change, joined: [member('x')] }]);
    await a.members.write([{ ...change, left: ['x'], joined: [{ userId: 'x', userInfo: null }] }]);
    expect(await a.members.members(['presence-a'], ['node_a'])).toEqual([[{ userId: 'x', userInfo: null }]]);
  });

  test('[BOARD-3] a channel that nobody is in any more is forgotten, and so is a node that closes', async () => {
    const [a, b] = [node('node_a'), node('node_b')];
    await a.members.write([{ ...change, joined: [member('x')] }]);
    await a.members.write([{ ...change, sockets: 0, left: ['x'] }]);
    await b.members.write([{ ...change, joined: [member('x')] }]);
    expect((await a.members.counts(['node_a'])).size).toBe(0);
    expect(await b.members.renew(['presence-a'])).toBe(true);
    await b.close();
    expect(await a.members.members(['presence-a'], ['node_a', 'node_b'])).toEqual([[]]);
    expect((await a.members.counts(['node_a', 'node_b'])).size).toBe(0);
  });

  test('[BOARD-4] the last event of a channel is kept for whoever comes later, on any node', async () => {
    const [a, b] = [node('node_a'), node('node_b')];
    expect(await b.events.recall('cache-none')).toBeNull();
    await a.events.remember('cache-a', '1');
    await a.events.remember('cache-a', '2');
    expect(await b.events.recall('cache-a')).toBe('2');
  });
});

test('[BOARD-4] in memory an event is kept for half an hour', async () => {
  let now = 0;
  const shared = sharedInMemory(() => now)('node');
  await shared.events.remember('cache-a', '1');
  now = 30 * 60_000;
  expect(await shared.events.recall('cache-a')).toBeNull();
});

describe.skipIf(!redisUrl)('what nodes share in Redis', () => {
  const redis = new Redis(redisUrl ?? '', { lazyConnect: true });
  afterAll(() => redis.disconnect());

  test('[BOARD-5] all that a node writes has an end, so that a node that died leaves nothing behind', async () => {
    const shared = sharedInRedis(redisUrl ?? '', 'node_mortal', silentLog);
    await shared.members.write([{ ...change, joined: [member('x')] }]);
    await shared.events.remember('cache-a', '1');
    for (const key of await redis.keys('latido:15:*'))
      expect([key, (await redis.pttl(key)) > 0]).toEqual([key, true]);
    await redis.flushdb();
    expect(await shared.members.renew(['presence-a'])).toBe(false);
    await shared.close();
  });
});
