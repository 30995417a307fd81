import { Redis } from 'ioredis';
import type { Hints } from './hints.ts';
import { memoryHints } from './hints.ts';
import type { Log } from './log.ts';
import { noteAbsence } from './redis-absence.ts';

/** How long a node that says nothing any more counts as alive. Long enough for a pause of the process. */
const LEASE_MS = 6_000;
const RENEW_EVERY_MS = 2_000;
/** A Redis that takes connections and answers nothing is away, too. Long: a busy process reads its answers late. */
const ANSWER_WITHIN_MS = 5_000;

/** Renews a lease by Redis' own clock, forgets those that are over, and names who is left. */
const RENEW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  return redis.call('ZRANGE', KEYS[1], 0, -1)`;

/**
 * Hints between nodes: heard here at once, by the others through one Redis channel of this database's number.
 *
 * @param monotonic ms, of whatever beginning; judges whether this node was away itself
 */
export async function redisHints(
  url: string,
  log: Log,
  monotonic: () => number = () => performance.now(),
): Promise<Hints> {
  const own = memoryHints(log);
  const { node } = own;
  const { out, listening, channel, leases } = connect(url, log);
  listening.on('message', (_channel, text) => {
    const [from, topic, payload] = JSON.parse(text) as [string, string, string];
    if (from !== node) own.publish(topic, payload);
  });
  await out.connect().catch(() => undefined);
  // Not waited for: a Redis that is away must not stop the start.
  const subscribed = listening.subscribe(channel).catch(() => undefined);
  if (out.status === 'ready') await subscribed;
  const pause = new Pause(monotonic);
  let known: readonly string[] = [];
  const others = async (): Promise<readonly string[]> => {
    try {
      const alive = (await out.eval(RENEW, 1, leases, node, LEASE_MS)) as string[];
      const spared = pause.spare(known);
      return (known = [...new Set([...alive, ...spared])].filter((each) => each !== node));
    } catch (error) {
      // Who was alone is taken to be alone still: one node goes on without its Redis.
      if (known.length === 0) return [];
      throw error;
    }
  };
  // The lease begins once this node can hear what it may be asked.
  await others().catch(() => undefined);
  const renewing = setInterval(() => void others().catch(() => undefined), RENEW_EVERY_MS).unref();
  return {
    node,
    publish(topic, payload = '') {
      own.publish(topic, payload);
      out.publish(channel, JSON.stringify([node, topic, payload])).catch(() => undefined);
    },
    subscribe: (topic, fn) => own.subscribe(topic, fn),
    others,
    async close() {
      clearInterval(renewing);
      await out.zrem(leases, node).catch(() => undefined);
      out.disconnect();
      listening.disconnect();
      await own.close();
    },
  };
}

/**
 * A machine or a Redis that stood still for longer than a lease ends the leases of all nodes at once. Whoever wakes first
 * must not take the others for dead: those who were alive before have as long as a lease to say that they still are.
 */
class Pause {
  readonly #monotonic: () => number;
  #answeredAt: number;
  #until = -Infinity;
  #before: readonly string[] = [];

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
    this.#answeredAt = monotonic();
  }

  /** Redis has answered: who counts as alive although it does not name them. */
  spare(known: readonly string[]): readonly string[] {
    const now = this.#monotonic();
    if (now - this.#answeredAt > LEASE_MS) {
      this.#before = known;
      this.#until = now + LEASE_MS;
    }
    this.#answeredAt = now;
    return now < this.#until ? this.#before : [];
  }
}

function connect(url: string, log: Log) {
  const options = { lazyConnect: true, maxRetriesPerRequest: null, enableOfflineQueue: false };
  const out = new Redis(url, { ...options, commandTimeout: ANSWER_WITHIN_MS });
  const listening = new Redis(url, { ...options, enableOfflineQueue: true });
  noteAbsence([out, listening], log);
  // Databases of one Redis share its channels.
  const space = `latido:${out.options.db ?? 0}`;
  return { out, listening, channel: `${space}:hints`, leases: `${space}:nodes` };
}

/** Redis' hints when there is a Redis, else this process'. */
export async function openHints(redisUrl: string | undefined, log: Log): Promise<Hints> {
  return redisUrl ? await redisHints(redisUrl, log) : memoryHints(log);
}
