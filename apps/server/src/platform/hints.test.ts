import { afterEach, describe, expect, it } from 'vitest';
import { Redis } from 'ioredis';
import { redisHints } from './hints-redis.ts';
import { memoryHub, type Hints } from './hints.ts';
import { silentLog } from './log.ts';
import { testRedisUrl } from './testing.ts';

const redisUrl = testRedisUrl(11);
const hub = memoryHub(silentLog);
const kinds: [string, () => Promise<Hints>][] = [['memory', async () => hub.join()]];
if (redisUrl) kinds.push(['redis', () => redisHints(redisUrl, silentLog)]);

describe.each(kinds)('hints by %s', (_name, open) => {
  const opened: Hints[] = [];
  const make = async (): Promise<Hints> => {
    const hints = await open();
    opened.push(hints);
    return hints;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((hints) => hints.close()));
  });
  /** The first so many payloads of a topic. */
  const heard = (hints: Hints, topic: string, count: number): Promise<string[]> =>
    new Promise((resolve) => {
      const payloads: string[] = [];
      hints.subscribe(topic, (payload) => {
        if (payloads.push(payload) === count) resolve(payloads);
      });
    });

  it('[HINT-1] a hint reaches every listener of its topic, once, after the call has returned', async () => {
    const hints = await make();
    const both = Promise.all([heard(hints, 'a', 2), heard(hints, 'a', 2)]);
    const early: string[] = [];
    hints.subscribe('a', (payload) => early.push(payload));
    hints.publish('b', 'other');
    hints.publish('a', '1');
    hints.publish('a');
    expect(early).toEqual([]);
    expect(await both).toEqual([
      ['1', ''],
      ['1', ''],
    ]);
    expect(early).toEqual(['1', '']);
  });

  it('[HINT-2] who has stopped listening hears nothing; a listener that throws stops nobody', async () => {
    const hints = await make();
    const none: string[] = [];
    hints.subscribe('a', (payload) => none.push(payload))();
    hints.subscribe('a', () => {
      throw new Error('a listener');
    });
    const one = heard(hints, 'a', 1);
    hints.publish('a', 'x');
    expect(await one).toEqual(['x']);
    expect(none).toEqual([]);
  });

  it('[HINT-3] closing ends it', async () => {
    const hints = await make();
    await hints.close();
    expect(() => hints.publish('a', 'x')).not.toThrow();
  });

  it('[HINT-4] a hint of one node reaches the other, and its own listeners once', async () => {
    const [a, b] = [await make(), await make()];
    const own: string[] = [];
    a.subscribe('t', (payload) => own.push(payload));
    const there = heard(b, 't', 1);
    a.publish('t', 'word');
    expect(await there).toEqual(['word']);
    expect(own).toEqual(['word']);
  });

  it('[HINT-6] a node knows the others that live, and not those that have closed', async () => {
    const [a, b, c] = [await make(), await make(), await make()];
    expect((await a.others()).toSorted()).toEqual([b.node, c.node].toSorted());
    await b.close();
    expect(await a.others()).toEqual([c.node]);
  });
});

describe.skipIf(!redisUrl)('leases in Redis', () => {
  it('[HINT-7] a node that died without a word counts until its lease is over', async () => {
    const [hints, redis] = [await redisHints(redisUrl ?? '', silentLog), new Redis(redisUrl ?? '')];
    await redis.zadd(
      'latido:11:nodes',
      Date.now() + 3_600_000,
      'node_silent',
      Date.now() - 3_600_000,
      'node_dead',
    );
    expect(await hints.others()).toEqual(['node_silent']);
    await redis.zrem('latido:11:nodes', 'node_silent');
    redis.disconnect();
    await hints.close();
  });
});

it.skipIf(!redisUrl)(
  '[HINT-8] a node that was away for longer than a lease takes nobody for dead before they could say a word',
  async () => {
    let at = 0;
    const [hints, redis] = [await redisHints(redisUrl ?? '', silentLog, () => at), new Redis(redisUrl ?? '')];
    await redis.zadd('latido:11:nodes', Date.now() + 3_600_000, 'node_other');
    expect(await hints.others()).toEqual(['node_other']);
    // Its lease ends while this node stands still.
    at = 7_000;
    await redis.zrem('latido:11:nodes', 'node_other');
    expect(await hints.others()).toEqual(['node_other']);
    at = 12_000;
    expect(await hints.others()).toEqual(['node_other']);
    at = 13_000;
    expect(await hints.others()).toEqual([]);
    redis.disconnect();
    await hints.close();
  },
);

it('[HINT-5] with a Redis that is away, the own node still hears', async () => {
  const hints = await redisHints('redis://127.0.0.1:1', silentLog);
  const word = new Promise((resolve) => hints.subscribe('t', resolve));
  hints.publish('t', 'here');
  expect(await word).toBe('here');
  expect(await hints.others()).toEqual([]);
  await hints.close();
});
