import type { Log } from '../platform/index.ts';
import type { Board } from './board.ts';
import { REMEMBERED_MS } from './board.ts';
import { eventFrame } from './frame.ts';

/** What is kept of an event. */
interface Kept {
  readonly event: string;
  readonly data: string;
}

/**
 * The last event of each cache channel. This node knows what it has heard itself; what was sent before it started is on
 * the board. So whoever joins is given nothing that is older than what those who are there have heard.
 */
export class LastEvents {
  readonly #deps: { board: Board; now: () => number; log: Log };
  readonly #heard = new Map<string, Kept & { until: number }>();

  constructor(deps: { board: Board; now: () => number; log: Log }) {
    this.#deps = deps;
  }

  /** On the node where an event comes from, for nodes that start later. */
  remember(channel: string, { event, data }: Kept): void {
    const { board, log } = this.#deps;
    board
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
    const { board, log } = this.#deps;
    try {
      const kept = await board.recall(channel);
      // What came meanwhile is newer.
      if (kept !== null && !this.#heard.has(channel)) this.hear(channel, JSON.parse(kept) as Kept);
    } catch (error) {
      log.warn({ err: error }, 'the last event of a channel could not be read');
    }
  }

  /** What a socket is given behind the acknowledgement of its subscription. */
  frameFor(channel: string): Buffer {
    const kept = this.#heard.get(channel);
    if (kept === undefined || kept.until <= this.#deps.now()) {
      return eventFrame({ event: 'pusher:cache_miss', channel });
    }
    return eventFrame({ event: kept.event, channel, data: kept.data });
  }

  /** Lets go of what is too old. */
  sweep(): void {
    const now = this.#deps.now();
    for (const [channel, { until }] of this.#heard) if (until <= now) this.#heard.delete(channel);
  }
}
