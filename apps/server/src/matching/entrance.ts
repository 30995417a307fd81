import type { LastTick } from '../ledger/index.ts';
import { plansFor } from '../metering/index.ts';
import { AppError, type Db, type Log } from '../platform/index.ts';
import {
  goOnAir,
  lookAgain,
  lookForSomebody,
  mayBeOnAir,
  putInLine,
  wishOfEarner,
  wishOfPayer,
  type GoingOnAir,
  type Looking,
  type Wish,
} from './enter.ts';
import { APART_MS } from './pace.ts';
import type { Actor } from './ports.ts';

/** The door opens so often; in a crowd, which is two who meet at it, and for so long after, as often as the line is looked at. */
const OPEN_EVERY_MS = 50;
const CROWD_MS = 300;
const TOGETHER_MOST = 200;

interface Coming {
  readonly actor: Actor;
  /** Their row, of an earner once the plan is known. */
  readonly wish: Wish | { readonly onAir: GoingOnAir };
  /** The same alone, with the error that is theirs. */
  readonly alone: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The door to the line. Whoever comes alone comes in at once. In a crowd they wait at it for the next look at the line, which would not see
 * them sooner, and come in together: a statement for each was half of what a crowd cost. Each is answered for themselves.
 */
export class Entrance {
  readonly #db: Db;
  readonly #log: Pick<Log, 'warn'>;
  readonly #lastTick: LastTick;
  #coming: Coming[] = [];
  #lettingIn: Promise<void> = Promise.resolve();
  #opening: NodeJS.Timeout | undefined;
  #isLettingIn = false;
  #openedAt = -Infinity;
  #metAt = -Infinity;

  constructor({ db, log, lastTick }: { db: Db; log: Pick<Log, 'warn'>; lastTick: LastTick }) {
    this.#db = db;
    this.#log = log;
    this.#lastTick = lastTick;
  }

  /** As {@link lookForSomebody}; the coins of a call that has just ended are waited for, outside of the door. */
  async look(actor: Actor, of: Looking): Promise<void> {
    const wish = wishOfPayer(actor, of);
    try {
      await this.#come({ actor, wish, alone: () => lookForSomebody(this.#db, actor, of) });
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'balance.insufficient') throw error;
      await this.#lastTick({ personId: actor.personId });
      await lookAgain(this.#db, actor, of);
    }
  }

  /** As {@link goOnAir}. */
  async goOnAir(actor: Actor, of: GoingOnAir): Promise<void> {
    mayBeOnAir(actor);
    await this.#come({ actor, wish: { onAir: of }, alone: () => goOnAir(this.#db, actor, of) });
  }

  /** Lets everybody in who stands at the door; resolves when they are in line, or know why not. */
  open(): Promise<void> {
    clearTimeout(this.#opening);
    this.#opening = undefined;
    this.#openedAt = performance.now();
    this.#lettingIn = this.#lettingIn.then(() => this.#letIn());
    return this.#lettingIn;
  }

  /** Resolves when everybody who came is answered. */
  async close(): Promise<void> {
    while (this.#coming.length > 0) await this.open();
    await this.#lettingIn;
  }

  #come(one: Omit<Coming, 'resolve' | 'reject'>): Promise<void> {
    const come = new Promise<void>((resolve, reject) => this.#coming.push({ ...one, resolve, reject }));
    this.#openSoon();
    return come;
  }

  #openSoon(): void {
    const now = performance.now();
    if (this.#coming.length > 1 || this.#isLettingIn) this.#metAt = now;
    const everyMs = now - this.#metAt < CROWD_MS ? APART_MS : OPEN_EVERY_MS;
    const restMs = this.#openedAt + everyMs - now;
    if (restMs <= 0) void this.open();
    else this.#opening ??= setTimeout(() => void this.open(), restMs);
  }

  /** Of somebody who comes twice only the first: a row is written once by a statement. */
  #take(): Coming[] {
    const taken = new Map<string, Coming>();
    const later: Coming[] = [];
    for (const one of this.#coming) {
      const { personId } = one.actor;
      if (taken.size >= TOGETHER_MOST || taken.has(personId)) later.push(one);
      else taken.set(personId, one);
    }
    this.#coming = later;
    if (later.length > 0) this.#openSoon();
    return [...taken.values()];
  }

  async #letIn(): Promise<void> {
    const all = this.#take();
    this.#isLettingIn = all.length > 0;
    const done = all.length > 1 ? await this.#together(all) : new Set<string>();
    // Who cannot come in with the others is told why, as if they had come alone.
    const others = all.filter((one) => !done.has(one.actor.personId));
    for (const one of all) if (done.has(one.actor.personId)) one.resolve();
    await Promise.all(others.map((one) => one.alone().then(one.resolve, one.reject)));
    this.#isLettingIn = false;
  }

  async #together(all: readonly Coming[]): Promise<ReadonlySet<string>> {
    try {
      return await putInLine(this.#db, await this.#wishesOf(all));
    } catch (error) {
      this.#log.warn({ err: error, people: all.length }, 'people who came at once come in one by one');
      return new Set();
    }
  }

  async #wishesOf(all: readonly Coming[]): Promise<Wish[]> {
    const onAir = all.flatMap(({ actor, wish }) => ('onAir' in wish ? [{ actor, of: wish.onAir }] : []));
    const plans = await plansFor(
      this.#db,
      onAir.map(({ actor, of }) => ({ name: of.wish.planId, earnerId: actor.personId })),
    );
    const earners = onAir.flatMap(({ actor, of }, n) => {
      const plan = plans[n] ?? null;
      return plan === null ? [] : [wishOfEarner(actor, plan, of)];
    });
    return [...earners, ...all.flatMap(({ wish }) => ('onAir' in wish ? [] : [wish]))];
  }
}
