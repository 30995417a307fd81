import { EventEmitter } from 'node:events';
import { Redis } from 'ioredis';
import { newId } from './ids.ts';
import type { Log } from './log.ts';

/**
 * Word between modules and nodes that something has changed. A hint may be lost (who follows also looks by
 * itself), so it carries no truth. Delivered after the call returns; own hints are heard too, also while Redis is away.
 */
export interface Hints {
  publish(topic: string, payload?: string): void;
  /** Returns how to stop listening. */
  subscribe(topic: string, fn: (payload: string) => void): () => void;
  close(): Promise<void>;
}

/** Hints inside one process. */
export function memoryHints(log: Log): Hints {
  const emitter = new EventEmitter().setMaxListeners(0);
  return {
    publish(topic, payload = '') {
      setImmediate(() => emitter.emit(`on ${topic}`, payload));
    },
    subscribe(topic, fn) {
      const heard = (payload: string): void => {
        try {
          fn(payload);
        } catch (error) {
          log.error({ err: error, topic }, 'a listener of a hint failed');
        }
      };
      emitter.on(`on ${topic}`, heard);
      return () => emitter.off(`on ${topic}`, heard);
    },
    async close() {
      emitter.removeAllListeners();
    },
  };
}

const CHANNEL = 'latido:hints';

/** Hints between nodes: heard here at once, by the others through one Redis channel. */
export async function redisHints(url: string, log: Log): Promise<Hints> {
  const own = memoryHints(log);
  const node = newId('node');
  const options = { lazyConnect: true, maxRetriesPerRequest: null, enableOfflineQueue: false };
  const out = new Redis(url, options);
  const listening = new Redis(url, { ...options, enableOfflineQueue: true });
  for (const connection of [out, listening]) {
    connection.on('error', (error) => log.warn({ err: error }, 'redis is away'));
  }
  listening.on('message', (_channel, text) => {
    const [from, topic, payload] = JSON.parse(text) as [string, string, string];
    if (from !== node) own.publish(topic, payload);
  });
  await out.connect().catch(() => undefined);
  // Not waited for: a Redis that is away must not stop the start.
  const subscribed = listening.subscribe(CHANNEL).catch(() => undefined);
  if (out.status === 'ready') await subscribed;
  return {
    publish(topic, payload = '') {
      own.publish(topic, payload);
      out.publish(CHANNEL, JSON.stringify([node, topic, payload])).catch(() => undefined);
    },
    subscribe: (topic, fn) => own.subscribe(topic, fn),
    async close() {
      out.disconnect();
      listening.disconnect();
      await own.close();
    },
  };
}

/** Redis' hints when there is a Redis, else this process'. */
export async function openHints(redisUrl: string | undefined, log: Log): Promise<Hints> {
  return redisUrl ? await redisHints(redisUrl, log) : memoryHints(log);
}
