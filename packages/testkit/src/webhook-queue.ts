import type { WebhookEvent } from '@livekit/protocol';
import type { TestClock } from './clock.ts';
import { realClock } from './clock.ts';
import { webhookBody } from './events.ts';
import { signWebhook, webhookHeaders } from './webhook-signing.ts';

/** Waits between LiveKit's five attempts: at 0, 1, 3, 7 and 15 s after the first. Then the event is lost for ever. */
export const RETRY_WAITS_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000];

/** LiveKit's `max_age`: whoever waited longer for the turn in the room's queue is dropped. */
export const MAX_AGE_MS = 30_000;

/** LiveKit's `max_depth` of one room's queue. */
export const MAX_DEPTH = 200;

/** One HTTP request of the queue. */
export interface WebhookRequest {
  url: string;
  body: string;
  headers: Record<string, string>;
}

/** What the endpoint said. A post function that throws means: refused or reset. */
export interface WebhookAnswer {
  status: number;
  /** The Retry-After header, in seconds. */
  retryAfter?: string | null;
}

/** Carries a request to an endpoint. */
export type PostWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

/** Settings of a queue. */
export interface WebhookQueueOptions {
  url: string;
  apiKey: string;
  apiSecret: string;
  /** Default: the machine's clock. */
  clock?: TestClock;
  /** Default: HTTP. */
  post?: PostWebhook;
  maxAgeMs?: number;
  maxDepth?: number;
}

/** As in LiveKit's `livekit_webhook_dispatch_total`, counted once per event. */
export interface WebhookCounters {
  success: number;
  failure: number;
  drop: number;
}

interface Entry {
  readonly body: string;
  readonly queuedAt: number;
}

/**
 * LiveKit's delivery of webhooks to one URL, as measured: in memory, first in first out per room, rooms
 * independent of each other, five attempts per event, no time-out of a request.
 */
export class WebhookQueue {
  readonly counters: WebhookCounters = { success: 0, failure: 0, drop: 0 };
  readonly #options: WebhookQueueOptions;
  readonly #clock: TestClock;
  readonly #post: PostWebhook;
  readonly #rooms = new Map<string, Entry[]>();
  readonly #running = new Set<Promise<void>>();
  #crashed = false;

  constructor(options: WebhookQueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? realClock;
    this.#post = options.post ?? httpPost(this.#clock);
  }

  /** Events that wait or are under way. */
  get length(): number {
    let sum = 0;
    for (const entries of this.#rooms.values()) sum += entries.length;
    return sum;
  }

  /** Queues an event behind the others of its room. */
  push(event: WebhookEvent): void {
    this.pushRaw(event.room?.name ?? '', webhookBody(event));
  }

  /** Queues any body, for tests of what an endpoint does with bad ones. */
  pushRaw(room: string, body: string): void {
    if (this.#crashed) return;
    const entries = this.#rooms.get(room);
    if (entries && entries.length >= (this.#options.maxDepth ?? MAX_DEPTH)) {
      this.counters.drop++;
      return;
    }
    const entry: Entry = { body, queuedAt: this.#clock.now() };
    if (entries) {
      entries.push(entry);
      return;
    }
    this.#rooms.set(room, [entry]);
    const run = this.#drain(room);
    this.#running.add(run);
    void run.then(() => this.#running.delete(run));
  }

  /** Forgets everything, as a SIGKILL of LiveKit does: nothing more is sent. */
  crash(): void {
    this.#crashed = true;
    this.#rooms.clear();
  }

  /** Resolves when nothing waits. On a virtual clock, advance it at the same time. */
  async idle(): Promise<void> {
    while (this.#running.size > 0 && !this.#crashed) await Promise.all(this.#running);
  }

  async #drain(room: string): Promise<void> {
    const entries = this.#rooms.get(room);
    for (let entry = entries?.[0]; entry && !this.#crashed; entry = entries?.[0]) {
      const ageMs = this.#clock.now() - entry.queuedAt;
      const fate = ageMs > (this.#options.maxAgeMs ?? MAX_AGE_MS) ? 'drop' : await this.#deliver(entry.body);
      if (this.#crashed) return;
      this.counters[fate]++;
      entries?.shift();
    }
    this.#rooms.delete(room);
  }

  async #deliver(body: string): Promise<keyof WebhookCounters> {
    const { url, apiKey, apiSecret } = this.#options;
    // Signed once for all attempts, like LiveKit: its five minutes outlast them.
    const headers = webhookHeaders(signWebhook(body, apiKey, apiSecret, { at: this.#clock.now() }));
    for (let attempt = 0; !this.#crashed; attempt++) {
      const answer = await this.#post({ url, body, headers }).catch(() => undefined);
      const verdict = judge(answer?.status);
      if (verdict !== 'retry') return verdict;
      const waitMs = RETRY_WAITS_MS[attempt];
      if (waitMs === undefined) break;
      await this.#sleep(askedWaitMs(answer) ?? waitMs);
    }
    return 'failure';
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimeout(resolve, ms));
  }
}

/** What LiveKit's HTTP client makes of a status; undefined = refused or reset. */
function judge(status: number | undefined): 'retry' | 'success' | 'failure' {
  if (status === undefined || status === 429) return 'retry';
  if (status >= 500 && status !== 501) return 'retry';
  // LiveKit follows a redirect ten times, as GET, and then gives the event up without another attempt.
  if (status >= 300 && status < 400) return 'failure';
  return 'success';
}

function askedWaitMs(answer: WebhookAnswer | undefined): number | undefined {
  if (!answer?.retryAfter || (answer.status !== 429 && answer.status !== 503)) return undefined;
  const seconds = Number(answer.retryAfter);
  return Number.isInteger(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}

/** Posts over HTTP, following no redirect; tells a virtual clock that it has to wait for the answer. */
export function httpPost(clock: TestClock = realClock): PostWebhook {
  return ({ url, body, headers }) => {
    const work = fetch(url, { method: 'POST', body, headers, redirect: 'manual' }).then(async (response) => {
      await response.arrayBuffer();
      return { status: response.status, retryAfter: response.headers.get('retry-after') };
    });
    clock.during?.(work);
    return work;
  };
}
