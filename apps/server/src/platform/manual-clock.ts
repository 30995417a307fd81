import type { Clock, TimerHandle } from './clock.ts';

interface Timer {
  handle: number;
  at: number;
  fn: () => void;
}

/** A clock that a test moves. Timers fire in the order of their time; promises settle in between. */
export class ManualClock implements Clock {
  readonly #startAt: number;
  #elapsed = 0;
  #count = 0;
  #timers: Timer[] = [];

  constructor(startAt: number | string = '2026-01-05T10:00:00.000Z') {
    this.#startAt = typeof startAt === 'number' ? startAt : Date.parse(startAt);
  }

  /** Whole milliseconds, as the system's clock gives them: a timer with jitter may be due between two. */
  now(): number {
    return Math.floor(this.#startAt + this.#elapsed);
  }

  monotonic(): number {
    return this.#elapsed;
  }

  setTimeout(fn: () => void, ms: number): TimerHandle {
    const handle = (this.#count += 1);
    this.#timers.push({ handle, at: this.#elapsed + Math.max(0, ms), fn });
    return handle;
  }

  clearTimeout(handle: TimerHandle): void {
    this.#timers = this.#timers.filter((timer) => timer.handle !== handle);
  }

  /** Moves the clock, firing what is due on the way. */
  async advance(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    for (;;) {
      const next = this.#timers
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at || a.handle - b.handle)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#elapsed = Math.max(next.at, this.#elapsed);
      next.fn();
      await settle();
    }
    // Set, not added up: fractions that were passed on the way would leave it a little short of the millisecond.
    this.#elapsed = Math.max(end, this.#elapsed);
    await settle();
  }
}

/** Lets promises that are due settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
