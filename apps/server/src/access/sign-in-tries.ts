import { addressKey, problem } from '../platform/index.ts';

/** Refused tries within a minute: an account, from wherever; an address, whoever is tried. */
const OF_ACCOUNT_MAX = 10;
const OF_ADDRESS_MAX = 30;
const WITHIN_MS = 60_000;
/** Passwords of one address that are checked at the same time. The others wait, so that a full office is not refused. */
const AT_ONCE_MAX = 4;
const WAITING_MAX = 200;
const KEPT_MAX = 10_000;

/** Who is being signed in, and from where. */
export interface Try {
  readonly account: string;
  readonly address: string;
}

/**
 * Limits guessing. A try counts before its answer is known, and no more once it has succeeded: guesses side by side get
 * no further than one after the other, and whoever knows the password may sign in as often as they like.
 */
export class SignInTries {
  readonly #accounts: Counts;
  readonly #addresses: Counts;
  /** Where an account has been signed in: guesses from elsewhere do not lock its owner out there. */
  readonly #homes = new Set<string>();
  readonly #turns = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#accounts = new Counts(OF_ACCOUNT_MAX, nowMs);
    this.#addresses = new Counts(OF_ADDRESS_MAX, nowMs);
  }

  /**
   * Has a password checked.
   *
   * @throws AppError `request.rate_limited` after too many that were refused, and while too many wait
   */
  async check<T extends { ok: boolean }>(who: Try, ask: () => Promise<T>): Promise<T> {
    const address = addressKey(who.address);
    const home = `${address} ${who.account.toLowerCase()}`;
    const account = this.#homes.has(home) ? home : who.account.toLowerCase();
    const counts = [
      { of: this.#addresses, key: address },
      { of: this.#accounts, key: account },
    ];
    for (const { of, key } of counts) of.refuseBeyond(key);
    await this.#turn(address);
    try {
      for (const { of, key } of counts) of.refuseBeyond(key);
      for (const { of, key } of counts) of.add(key, 1);
      const answer = await ask().catch((error: unknown) => {
        for (const { of, key } of counts) of.add(key, -1);
        throw error;
      });
      if (!answer.ok) return answer;
      for (const { of, key } of counts) of.add(key, -1);
      keep(this.#homes, home);
      return answer;
    } finally {
      this.#done(address);
    }
  }

  async #turn(address: string): Promise<void> {
    const turns = this.#turns.get(address) ?? { running: 0, waiting: [] };
    this.#turns.set(address, turns);
    if (turns.running < AT_ONCE_MAX) {
      turns.running += 1;
      return;
    }
    if (turns.waiting.length >= WAITING_MAX) throw tooMany(1, 'Too many sign-ins wait at this address.');
    await new Promise<void>((resolve) => turns.waiting.push(resolve));
  }

  #done(address: string): void {
    const turns = this.#turns.get(address);
    if (!turns) return;
    // The turn passes to the next one; nobody comes in between.
    const next = turns.waiting.shift();
    if (next) return next();
    turns.running -= 1;
    if (turns.running === 0) this.#turns.delete(address);
  }
}

class Counts {
  readonly #max: number;
  readonly #nowMs: () => number;
  readonly #rows = new Map<string, { count: number; readonly untilMs: number }>();

  constructor(max: number, nowMs: () => number) {
    this.#max = max;
    this.#nowMs = nowMs;
  }

  refuseBeyond(key: string): void {
    const row = this.#rows.get(key);
    const leftMs = (row?.untilMs ?? 0) - this.#nowMs();
    if (!row || leftMs <= 0 || row.count < this.#max) return;
    throw tooMany(Math.ceil(leftMs / 1000), `${this.#max} tries were refused.`);
  }

  add(key: string, change: number): void {
    const nowMs = this.#nowMs();
    const had = this.#rows.get(key);
    const row = had && had.untilMs > nowMs ? had : { count: 0, untilMs: nowMs + WITHIN_MS };
    row.count = Math.max(0, row.count + change);
    this.#rows.delete(key);
    this.#rows.set(key, row);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > KEPT_MAX && oldest !== undefined) this.#rows.delete(oldest);
  }
}

function tooMany(retryAfterS: number, why: string): Error {
  return problem('request.rate_limited', `${why} Try again in ${retryAfterS} seconds.`, { retryAfterS });
}

function keep(set: Set<string>, one: string): void {
  set.delete(one);
  set.add(one);
  const [oldest] = set;
  if (set.size > KEPT_MAX && oldest !== undefined) set.delete(oldest);
}
