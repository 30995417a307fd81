import { Outlooks, type InLine } from '@latido/core';
import type { Clock, Db } from '../platform/index.ts';
import type { Heard } from './beats.ts';
import { horizonNow, readChanged, readLine, type Horizon } from './read-line.ts';

/** The work looks twice a second while somebody is in line; where it does not, whoever asks reads the whole, once in that time for all. */
const GOOD_FOR_MS = 1_500;
/** Whose page is heard is told as it was so long ago at most. */
const TOLD_FOR_MS = 1_000;

/**
 * The line as the last look saw it. The work looks whenever somebody comes, and thousands of pages ask every three seconds where
 * they stand: each of them reading thousands of rows would be the most that this server does. Between two readings of the whole
 * only what changed is read. Whether somebody waits, is offered or talks is never told from here, and whoever is paired is
 * locked and looked at again.
 */
export class LineView {
  readonly #db: Db;
  readonly #clock: Pick<Clock, 'monotonic' | 'now'>;
  #line = new Map<string, InLine>();
  /** What those who ask are told by, until the line is another one. */
  #outlooks: { readonly told: Outlooks; readonly at: number } | null = null;
  #horizon: Horizon | null = null;
  #readAt = -Infinity;
  #lookedAt = -Infinity;
  #reading: Promise<void> | null = null;
  readonly #doubted = new Set<string>();
  readonly #calls = new Set<string>();

  constructor({ db, clock }: { db: Db; clock: Pick<Clock, 'monotonic' | 'now'> }) {
    this.#db = db;
    this.#clock = clock;
  }

  /** Since when (monotonic ms) the whole line is known. */
  get wholeAt(): number {
    return this.#readAt;
  }

  /** Whether the line was read, and what has changed since can be. */
  get isKnown(): boolean {
    return this.#horizon !== null;
  }

  /** Nobody is in line. */
  empty(): void {
    this.#line = new Map();
    this.#outlooks = null;
    this.#horizon = null;
    this.#readAt = this.#lookedAt = this.#clock.monotonic();
  }

  /** Reads all of it, or what has changed. */
  async look({ isWhole }: { isWhole: boolean }): Promise<InLine[]> {
    await (isWhole || this.#horizon === null ? this.#readWhole() : this.#readChanged(this.#horizon));
    return [...this.#line.values()];
  }

  /** These may be others than they are here: the next look reads them. */
  doubt(personIds: readonly string[]): void {
    for (const personId of personIds) this.#doubted.add(personId);
  }

  /** The people of this call may be free now, or in it. */
  callChanged(callId: string): void {
    this.#calls.add(callId);
  }

  /** Their pages gave signs. */
  hear(heard: readonly Heard[]): void {
    this.#outlooks = null;
    for (const { personId, beatAt } of heard) {
      const person = this.#line.get(personId);
      if (person) this.#line.set(personId, { ...person, beatAt });
    }
  }

  /** These were just put into offers. */
  engage(personIds: readonly string[]): void {
    this.#outlooks = null;
    for (const personId of personIds) {
      const person = this.#line.get(personId);
      if (person) this.#line.set(personId, { ...person, isBusy: true });
    }
  }

  /** What those who ask are told by. */
  async seen(): Promise<Outlooks> {
    await this.#keepFresh();
    const now = this.#clock.now();
    if (this.#outlooks === null || Math.abs(now - this.#outlooks.at) >= TOLD_FOR_MS)
      this.#outlooks = { told: new Outlooks([...this.#line.values()], now), at: now };
    return this.#outlooks.told;
  }

  async #keepFresh(): Promise<void> {
    if (this.#clock.monotonic() - this.#lookedAt < GOOD_FOR_MS) return;
    this.#reading ??= this.#readWhole().finally(() => (this.#reading = null));
    await this.#reading;
  }

  async #readWhole(): Promise<void> {
    const readAt = this.#clock.monotonic();
    this.#doubted.clear();
    this.#calls.clear();
    const horizon = await horizonNow(this.#db);
    const line = await readLine(this.#db);
    this.#line = new Map(line.map((person) => [person.personId, person]));
    this.#outlooks = null;
    this.#horizon = horizon;
    this.#readAt = this.#lookedAt = readAt;
  }

  async #readChanged(since: Horizon): Promise<void> {
    const lookedAt = this.#clock.monotonic();
    const doubted = { personIds: [...this.#doubted], callIds: [...this.#calls] };
    this.#doubted.clear();
    this.#calls.clear();
    const { personIds, line, horizon } = await readChanged(this.#db, { since, ...doubted });
    if (personIds.length > 0) this.#outlooks = null;
    for (const personId of personIds) this.#line.delete(personId);
    for (const person of line) this.#line.set(person.personId, person);
    this.#horizon = horizon;
    this.#lookedAt = lookedAt;
  }
}
