import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Redis } from 'ioredis';
import { silentLog } from '../platform/index.ts';
import { testRedisUrl } from '../platform/testing.ts';
import { memoryBoards, type Board } from './board.ts';
import { redisBoard } from './board-redis.ts';

const redisUrl = testRedisUrl(15);
const kinds: [string, (node: string) => Board][] = [['memory', memoryBoards(Date.now)]];
if (redisUrl) kinds.push(['redis', (node) => redisBoard(redisUrl, node, silentLog)]);

const member = (userId: string) => ({ userId, userInfo: { name: userId } });
const change = { channel: 'presence-a', sockets: 1, joined: [], left: [] };

describe.each(kinds)('the board by %s', (_kind, open) => {
  const opened: Board[] = [];
  const node = (name: string): Board => {
    const board = open(name);
    opened.push(board);
    return board;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((board) => board.close()));
  });

  test('[BOARD-1] what each node wrote of a channel is read together; who left is gone', async () => {
    const [a, b] = [node('node_a'), node('node_b')];
    await a.write([{ ...change, sockets: 3, joined: [member('x'), member('y')] }]);
    await b.write([
      { ...change, joined: [member('z')] },
      { ...change, channel: 'news', sockets: 2 },
    ]);
    await a.write([{ ...change, sockets: 2, left: ['y'] }]);
    expect(await b.members(['presence-a', 'presence-b'], ['node_a', 'node_b'])).toEqual([
      [member('x'), member('z')],
      [],
    ]);
    expect(await b.members(['presence-a'], ['node_a'])).toEqual([[member('x')]]);
    expect([...(await a.counts(['node_a', 'node_b']))].toSorted()).toEqual([
      ['news', 2],
      ['presence-a', 3],
    ]);
    expect([...(await a.counts(['node_a', 'node_b'], ['presence-a', 'none']))]).toEqual([['presence-a', 3]]);
  });

  test('[BOARD-2] who comes back in the same breath is there, and info is what was said last', async () => {
    const a = node('node_a');
    await a.write([{ ...change, joined: [member('x')] }]);
    await a.write([{ ...change, left: ['x'], joined: [{ userId: 'x', userInfo: null }] }]);
    expect(await a.members(['presence-a'], ['node_a'])).toEqual([[{ userId: 'x', userInfo: null }]]);
  });

  test('[BOARD-3] a channel that nobody is in any more is forgotten, and so is a node that closes', async () => {
    const [a, b] = [node('node_a'), node('node_b')];
    await a.write([{ ...change, joined: [member('x')] }]);
    await a.write([{ ...change, sockets: 0, left: ['x'] }]);
    await b.write([{ ...change, joined: [member('x')] }]);
    expect((await a.counts(['node_a'])).size).toBe(0);
    expect(await b.renew(['presence-a'])).toBe(true);
    await b.close();
    expect(await a.members(['presence-a'], ['node_a', 'node_b'])).toEqual([[]]);
    expect((await a.counts(['node_a', 'node_b'])).size).toBe(0);
  });

  test('[BOARD-4] the last event of a channel is kept for whoever comes later, on any node', async () => {
    const [a, b] = [node('node_a'), node('node_b')];
    expect(await b.recall('cache-none')).toBeNull();
    await a.remember('cache-a', '1');
    await a.remember('cache-a', '2');
    expect(await b.recall('cache-a')).toBe('2');
  });
});

test('[BOARD-4] in memory an event is kept for half an hour', async () => {
  let now = 0;
  const board = memoryBoards(() => now)('node');
  await board.remember('cache-a', '1');
  now = 30 * 60_000;
  expect(await board.recall('cache-a')).toBeNull();
});

describe.skipIf(!redisUrl)('the board in Redis', () => {
  const redis = new Redis(redisUrl ?? '', { lazyConnect: true });
  afterAll(() => redis.disconnect());

  test('[BOARD-5] all that a node writes has an end, so that a node that died leaves nothing behind', async () => {
    const board = redisBoard(redisUrl ?? '', 'node_mortal', silentLog);
    await board.write([{ ...change, joined: [member('x')] }]);
    await board.remember('cache-a', '1');
    for (const key of await redis.keys('latido:15:*'))
      expect([key, (await redis.pttl(key)) > 0]).toEqual([key, true]);
    await redis.flushdb();
    expect(await board.renew(['presence-a'])).toBe(false);
    await board.close();
  });
});
