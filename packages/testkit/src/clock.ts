/**
 * Time as the test kit's parts see it, so that one fake runs on the wall clock (a demo, a browser) and on a
 * virtual one (a test of 20 s timers that takes a millisecond).
 */
export interface TestClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds that never go back, from an unsaid beginning. */
  monotonic(): number;
  /** Runs `fn` once, `ms` from now; the answer is only good for `clearTimeout`. */
  setTimeout(fn: () => void, ms: number): unknown;
  /** Forgets a timer; one that has fired or is unknown is no error. */
  clearTimeout(timer: unknown): void;
  /** Tells a clock that waits for nobody else that real work (an HTTP request) is under way. */
  during?(work: Promise<unknown>): void;
}

/** The machine's own clock. Timers do not keep the process alive. */
export const realClock: TestClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (fn, ms) => setTimeout(fn, ms).unref(),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

interface Timer {
  readonly dueAt: number;
  readonly order: number;
  readonly fn: () => void;
}

/** How long real work may hold the virtual clock back: an endpoint that never answers must not stop a test. */
const WORK_LIMIT_MS = 2_000;

/** Turns of the event loop that let chains of promises settle between two timers. */
const SETTLE_TURNS = 4;

/**
 * A clock that moves only when told to. Timers fire in order of their due time, equal ones in order of their
 * making, and between two of them promises settle and real requests that were announced by `during` end.
 */
export class VirtualClock implements TestClock {
  #now: number;
  #order = 0;
  readonly #timers = new Set<Timer>();
  readonly #work = new Set<Promise<unknown>>();

  /** Starts at `startAt` (epoch ms); the default is a fixed Monday, so that failures repeat. */
  constructor(startAt: number = Date.UTC(2026, 0, 5, 10)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimeout(fn: () => void, ms: number): unknown {
    const timer: Timer = { dueAt: this.#now + Math.max(0, ms), order: this.#order++, fn };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  during(work: Promise<unknown>): void {
    const forget = (): void => void this.#work.delete(work);
    this.#work.add(work);
    work.then(forget, forget);
  }

  /** Timers that wait. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves the time on by `ms`, firing what falls due, also timers that are made on the way. */
  async advance(ms: number): Promise<void> {
    const untilAt = this.#now + ms;
    await this.settle();
    for (let next = this.#next(untilAt); next; next = this.#next(untilAt)) {
      this.#fire(next);
      await this.settle();
    }
    this.#now = untilAt;
  }

  /**
   * Jumps from timer to timer until `predicate` holds. Throws when no timer is left, or when it still does not
   * hold after `atMostMs` of virtual time (default one day).
   */
  async runUntil(predicate: () => boolean | Promise<boolean>, atMostMs = 86_400_000): Promise<void> {
    const untilAt = this.#now + atMostMs;
    await this.settle();
    while (!(await predicate())) {
      const next = this.#next(untilAt);
      if (!next) throw new Error('VirtualClock.runUntil: no timer is left that could make it true');
      this.#fire(next);
      await this.settle();
    }
  }

  /** Lets promises and announced work settle without moving the time. */
  async settle(): Promise<void> {
    await turns();
    while (this.#work.size > 0) {
      const forgotten = await within([...this.#work], WORK_LIMIT_MS);
      if (forgotten) this.#work.clear();
      await turns();
    }
  }

  #next(untilAt: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt > untilAt) continue;
      if (!first || timer.dueAt < first.dueAt || (timer.dueAt === first.dueAt && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    this.#now = Math.max(this.#now, timer.dueAt);
    timer.fn();
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** True when the limit was reached first. */
async function within(work: Promise<unknown>[], limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), limitMs);
  });
  const done = Promise.allSettled(work).then(() => false);
  const reached = await Promise.race([done, limit]);
  clearTimeout(timer);
  return reached;
}
