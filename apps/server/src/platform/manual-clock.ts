import type { Clock, TimerHandle } from './clock.ts';

interface Timer {
  handle: number;
  at: number;
  fn: () => void;
}

/** A clock that a test moves. Timers fire in the order of their time; promises settle in between. */
export class ManualClock implements Clock {
  #now: number;
  #elapsed = 0;
  #count = 0;
  #timers: Timer[] = [];

  constructor(startAt: number | string = '2026-01-05T10:00:00.000Z') {
    this.#now = typeof startAt === 'number' ? startAt : Date.parse(startAt);
  }

  now(): number {
    return this.#now;
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
      this.#move(Math.max(0, next.at - this.#elapsed));
      next.fn();
      await settle();
    }
    this.#move(end - this.#elapsed);
    await settle();
  }

  #move(ms: number): void {
    this.#elapsed += ms;
    this.#now += ms;
  }
}

/** Lets promises that are due settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
