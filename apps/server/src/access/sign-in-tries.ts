import { counted } from '@latido/core';
import { addressKey, AppError, problem } from '../platform/index.ts';
import type { Counted, Refused, SharedTries, Tried } from './shared-tries.ts';

/** Passwords of one address that are checked at the same time. The others wait, so that a full office is not refused. */
const AT_ONCE_MAX = 4;
const WAITING_MAX = 200;
const KEPT_MAX = 10_000;
/** Homes are forgotten after months; those that are used are renewed daily. */
const HOME_FRESH_MS = 86_400_000;

/**
 * Limits guessing. A try counts before its answer is known, and no more once it has succeeded: guesses side by side get
 * no further than one after the other, and whoever knows the password may sign in as often as they like.
 */
export class SignInTries {
  readonly #shared: Pick<SharedTries, 'count' | 'keepHome'>;
  readonly #nowMs: () => number;
  /** Who was refused, by address or by address and account, until when: a flood of guesses does not reach the database. */
  readonly #refused = new Map<string, { readonly most: number; readonly untilMs: number }>();
  /** What of the database's homes was written or renewed by us, and when. */
  readonly #homes = new Map<string, number>();
  readonly #turns = new Map<string, { running: number; readonly waiting: (() => void)[] }>();

  constructor(
    shared: Pick<SharedTries, 'count' | 'keepHome'>,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#shared = shared;
    this.#nowMs = nowMs;
  }

  /**
   * Has a password checked.
   *
   * @throws AppError `request.rate_limited` after too many that were refused, and while too many wait
   */
  async check<T extends { ok: boolean }>(who: Tried, ask: () => Promise<T>): Promise<T> {
    const address = addressKey(who.address);
    const tried = { account: who.account, address };
    this.#refuseBeyond(tried);
    await this.#turn(address);
    try {
      this.#refuseBeyond(tried);
      const counted = await this.#counted(tried);
      const answer = await ask().catch(async (error: unknown) => {
        // Where the database is away, what it counted runs out by itself.
        await counted.giveBack().catch(() => undefined);
        throw error;
      });
      if (!answer.ok) return answer;
      // Whoever has signed in is not refused because something could not be written afterwards.
      await counted.giveBack().catch(() => undefined);
      await this.#keepHome(tried).catch(() => undefined);
      return answer;
    } finally {
      this.#done(address);
    }
  }

  async #counted(tried: Tried): Promise<Counted> {
    const counted = await this.#shared.count(tried).catch((cause: unknown) => {
      throw new AppError('database.unavailable', 'The accounts do not answer. Try again in a moment.', {
        cause,
      });
    });
    if ('giveBack' in counted) return counted;
    this.#keepRefused(tried, counted);
    throw refusal(counted);
  }

  #refuseBeyond(tried: Tried): void {
    for (const key of [tried.address, pairOf(tried)]) {
      const row = this.#refused.get(key);
      const leftMs = (row?.untilMs ?? 0) - this.#nowMs();
      if (row && leftMs > 0) throw refusal({ most: row.most, leftMs });
    }
  }

  #keepRefused(tried: Tried, { most, leftMs, ofAddress }: Refused): void {
    const key = ofAddress ? tried.address : pairOf(tried);
    this.#refused.delete(key);
    this.#refused.set(key, { most, untilMs: this.#nowMs() + leftMs });
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > KEPT_MAX && oldest !== undefined) this.#refused.delete(oldest);
  }

  async #keepHome(tried: Tried): Promise<void> {
    const home = pairOf(tried);
    if (this.#nowMs() - (this.#homes.get(home) ?? -Infinity) < HOME_FRESH_MS) return;
    await this.#shared.keepHome(tried);
    this.#homes.set(home, this.#nowMs());
    // Anybody who is forgotten here is only written once more.
    if (this.#homes.size > KEPT_MAX) this.#homes.clear();
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

function pairOf({ address, account }: Tried): string {
  return `${address} ${account.toLowerCase()}`;
}

function refusal({ most, leftMs }: Pick<Refused, 'most' | 'leftMs'>): Error {
  return tooMany(Math.max(1, Math.ceil(leftMs / 1000)), `${most} tries were refused.`);
}

function tooMany(retryAfterS: number, why: string): Error {
  return problem(
    'request.rate_limited',
    `${why} Try again in ${counted(retryAfterS, ['second', 'seconds'])}.`,
    { retryAfterS },
  );
}
