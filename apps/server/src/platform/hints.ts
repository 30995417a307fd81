import { EventEmitter } from 'node:events';
import { newId } from './ids.ts';
import type { Log } from './log.ts';

/**
 * Word between modules and nodes that something has changed. A hint may be lost (who follows also looks by
 * itself), so it carries no truth. Delivered after the call returns; own hints are heard too, also while Redis is away.
 */
export interface Hints {
  /** This node's id, new with every start. */
  readonly node: string;
  publish(topic: string, payload?: string): void;
  /** Returns how to stop listening. */
  subscribe(topic: string, fn: (payload: string) => void): () => void;
  /**
   * The other nodes that are alive, as far as is known: one that died without a word counts for a few seconds more.
   * Rejects while nobody can be asked and there were others the last time.
   */
  others(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Hints inside one process: a single node. */
export function memoryHints(log: Log): Hints {
  return memoryHub(log).join();
}

/** Several nodes in one process, for tests: each hears what any of them publishes. */
export function memoryHub(log: Log): { join(): Hints } {
  const nodes = new Map<string, EventEmitter>();
  const join = (): Hints => {
    const node = newId('node');
    const own = new EventEmitter().setMaxListeners(0);
    nodes.set(node, own);
    return {
      node,
      publish(topic, payload = '') {
        setImmediate(() => nodes.forEach((each) => each.emit(`on ${topic}`, payload)));
      },
      subscribe(topic, fn) {
        const heard = (payload: string): void => {
          try {
            fn(payload);
          } catch (error) {
            log.error({ err: error, topic }, 'a listener of a hint failed');
          }
        };
        own.on(`on ${topic}`, heard);
        return () => own.off(`on ${topic}`, heard);
      },
      async others() {
        return [...nodes.keys()].filter((each) => each !== node);
      },
      async close() {
        nodes.delete(node);
        own.removeAllListeners();
      },
    };
  };
  return { join };
}
