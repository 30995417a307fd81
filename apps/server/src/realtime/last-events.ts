import type { Log } from '../platform/index.ts';
import type { ChannelEvent } from './channel.ts';
import type { SharedEvents } from './shared-members.ts';
import { REMEMBERED_MS } from './shared-members.ts';

/** What is kept of an event. */
interface Kept {
  readonly event: string;
  readonly data: string;
}

/**
 * The last event of each cache channel. This node knows what it has heard itself; what was sent before it started is
 * shared. So whoever joins is given nothing that is older than what those who are there have heard.
 */
export class LastEvents {
  readonly #deps: { shared: SharedEvents; now: () => number; log: Log };
  readonly #heard = new Map<string, Kept & { until: number }>();

  constructor(deps: { shared: SharedEvents; now: () => number; log: Log }) {
    this.#deps = deps;
  }

  /** On the node where an event comes from, for nodes that start later. */
  remember(channel: string, { event, data }: Kept): void {
    const { shared, log } = this.#deps;
    shared
      .remember(channel, JSON.stringify({ event, data } satisfies Kept))
      .catch((error: unknown) => log.warn({ err: error }, 'the last event of a channel could not be kept'));
  }

  /** On every node. */
  hear(channel: string, { event, data }: Kept): void {
    this.#heard.set(channel, { event, data, until: this.#deps.now() + REMEMBERED_MS });
  }

  /** Reads what was sent before this node started. Never rejects. */
  async load(channel: string): Promise<void> {
    if (this.#heard.has(channel)) return;
    const { shared, log } = this.#deps;
    try {
      const kept = await shared.recall(channel);
      // What came meanwhile is newer.
      if (kept !== null && !this.#heard.has(channel)) this.hear(channel, JSON.parse(kept) as Kept);
    } catch (error) {
      log.warn({ err: error }, 'the last event of a channel could not be read');
    }
  }

  /** What a socket is given behind the acknowledgement of its subscription. */
  of(channel: string): ChannelEvent {
    const kept = this.#heard.get(channel);
    if (kept === undefined || kept.until <= this.#deps.now()) return { kind: 'cache_miss', channel };
    return { kind: 'event', channel, event: kept.event, data: kept.data };
  }

  /** The data that is kept of a channel, and for how long; null when there is none. */
  kept(channel: string): { data: string; forMs: number } | null {
    const kept = this.#heard.get(channel);
    const forMs = (kept?.until ?? 0) - this.#deps.now();
    return kept !== undefined && forMs > 0 ? { data: kept.data, forMs } : null;
  }

  /** Lets go of what is too old. */
  sweep(): void {
    const now = this.#deps.now();
    for (const [channel, { until }] of this.#heard) if (until <= now) this.#heard.delete(channel);
  }
}
