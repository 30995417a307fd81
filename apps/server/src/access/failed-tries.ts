import { problem } from '../platform/index.ts';

const FAILED_MAX = 10;
const WITHIN_MS = 60_000;
const KEPT_MAX = 10_000;

/** Counts tries that failed, or whose answer is not there yet. Whoever knows the password may sign in as often as they like. */
export class FailedTries {
  readonly #tries = new Map<string, { count: number; untilMs: number }>();

  /** Begins a try. @throws AppError `request.rate_limited` after too many */
  begin(key: string): void {
    const nowMs = performance.now();
    const had = this.#tries.get(key);
    const row = had && had.untilMs > nowMs ? had : { count: 0, untilMs: nowMs + WITHIN_MS };
    if (row.count >= FAILED_MAX) {
      const retryAfterS = Math.ceil((row.untilMs - nowMs) / 1000);
      const detail = `${FAILED_MAX} tries failed. Try again in ${retryAfterS} seconds.`;
      throw problem('request.rate_limited', detail, { retryAfterS });
    }
    row.count += 1;
    this.#tries.delete(key);
    this.#tries.set(key, row);
    const [oldest] = this.#tries.keys();
    if (this.#tries.size > KEPT_MAX && oldest !== undefined) this.#tries.delete(oldest);
  }

  /** It did not fail. */
  succeeded(key: string): void {
    const row = this.#tries.get(key);
    if (row) row.count -= 1;
  }
}
