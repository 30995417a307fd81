import type { Clock, Db, Log } from '../../platform/index.ts';
import { signBody, type AppKey } from '../signature.ts';
import { firstEvents, forgetEvents, forgetOld, giveTurn, takeTurn } from './store.ts';

export interface SenderDeps {
  readonly app: AppKey & { readonly appId: string };
  readonly url: string;
  readonly db: Db;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Events of one request. */
const BATCH = 100;
const ANSWER_WITHIN_MS = 10_000;
/** Longer than an answer is waited for: a node that died in its turn loses it. */
const TURN_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** What nobody took for so long is of no use any more. */
const KEEP_MS = 3_600_000;

/** What became of requests since the start. */
export interface Sent {
  sent: number;
  failed: number;
  forgotten: number;
}

/** Sends what waits to a team's own backend, in order, one request at a time over all nodes. */
export class Sender {
  readonly counts: Sent = { sent: 0, failed: 0, forgotten: 0 };
  readonly #deps: SenderDeps;
  #running: Promise<void> | null = null;
  #again = false;
  #isOver = false;

  constructor(deps: SenderDeps) {
    this.#deps = deps;
  }

  /** Sends until nothing waits or it is nobody's turn here. Never rejects. */
  send(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#all().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#isOver = true;
    await this.#running;
  }

  async #all(): Promise<void> {
    try {
      while (this.#again && !this.#isOver) {
        this.#again = false;
        while (!this.#isOver && (await this.#batch()));
      }
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'webhooks of channels are sent later');
    }
  }

  /** @returns whether there may be more to send at once */
  async #batch(): Promise<boolean> {
    const { db, clock, log, app } = this.#deps;
    const { appId } = app;
    const at = clock.now();
    const turn = await takeTurn(db, { appId, now: new Date(at), until: new Date(at + TURN_MS) });
    if (!turn) return false;
    const forgotten = await forgetOld(db, appId, new Date(at - KEEP_MS));
    if (forgotten > 0) log.error({ forgotten }, 'webhooks that nobody took for an hour were forgotten');
    this.counts.forgotten += forgotten;
    const waiting = await firstEvents(db, appId, BATCH);
    const isSent = waiting.length === 0 || (await this.#post(waiting.map(({ event }) => event)));
    if (isSent)
      await forgetEvents(
        db,
        waiting.map(({ seq }) => seq),
      );
    const pauseMs = isSent ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (turn.tries - 1));
    await giveTurn(db, { appId, dueAt: new Date(clock.now() + pauseMs), hasSent: isSent });
    return isSent && waiting.length > 0;
  }

  async #post(events: readonly object[]): Promise<boolean> {
    const { app, url, clock, log } = this.#deps;
    const body = JSON.stringify({ time_ms: clock.now(), events });
    const headers = {
      'content-type': 'application/json',
      'x-pusher-key': app.key,
      'x-pusher-signature': signBody(app, body),
    };
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const status = await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal }).then(
      (answer) => (void answer.body?.cancel(), answer.status),
      () => null,
    );
    const isTaken = status !== null && status >= 200 && status < 300;
    this.counts[isTaken ? 'sent' : 'failed'] += 1;
    if (!isTaken)
      log.warn(
        { status, host: new URL(url).host },
        'webhooks of channels were not taken, they are sent again',
      );
    return isTaken;
  }
}
