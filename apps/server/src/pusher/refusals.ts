import { counted } from '@latido/core';
import { problem } from '../platform/index.ts';

/** So often somebody is refused in a minute before they are told to wait. */
export const REFUSALS_MAX = 600;
const MINUTE_MS = 60_000;

/**
 * How often each caller was refused in this minute. They are counted apart from what is granted: whoever tries names is
 * stopped, and a house full of pages of one account that all come back after a restart is not.
 */
export class Refusals {
  readonly #now: () => number;
  readonly #counts = new Map<string, number>();
  #minuteEndsAt = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws AppError `request.rate_limited` for who was refused too often in this minute */
  check(caller: string): void {
    const now = this.#now();
    if (now >= this.#minuteEndsAt) {
      this.#counts.clear();
      this.#minuteEndsAt = now + MINUTE_MS;
    }
    if ((this.#counts.get(caller) ?? 0) < REFUSALS_MAX) return;
    const retryAfterS = Math.ceil((this.#minuteEndsAt - now) / 1_000);
    const why = `You were refused ${REFUSALS_MAX} times in a minute. Try again in ${counted(retryAfterS, ['second', 'seconds'])}.`;
    throw problem('request.rate_limited', why, { retryAfterS });
  }

  add(caller: string): void {
    this.#counts.set(caller, (this.#counts.get(caller) ?? 0) + 1);
  }
}
