import { expect, it } from 'vitest';
import { affords } from './coins.ts';
import { LOST_AFTER_MS, pairUp, placeAfter, type InLine, type Outcome } from './index.ts';
import { fits, isReady, restsFrom } from './line.ts';

/** More seeds: `npm run sim matching -- --seeds 1-100`. */
const [firstSeed = 1, lastSeed = 4] = (process.env['LATIDO_SEEDS'] ?? '')
  .split('-')
  .filter(Boolean)
  .map(Number);
const PEOPLE = 200;
const STEPS = 600;
const STEP_MS = 1_000;
const PRICES = [5, 10, 10, 20, 40];
const COINS = [null, 5, 10, 20, 40, 100];
const LANGUAGES = ['en', 'es'] as const;

/** The same numbers for the same seed. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const meets = (payer: InLine, earner: InLine): boolean => fits(payer, earner) && affords(payer, earner);

interface Pairing {
  readonly ids: readonly [string, string];
  readonly begunAt: number;
  isCall: boolean;
}

/** A line of people who come, vanish, answer, fall silent, press Next and block each other, as chance has it. */
class Evening {
  readonly line = new Map<string, InLine>();
  readonly #chance: () => number;
  readonly #blocked = new Map<string, Set<string>>();
  readonly #quietUntil = new Map<string, number>();
  /** Who is in which offer or call. */
  readonly #pairings = new Map<string, Pairing>();
  now = 0;
  met = 0;

  constructor(seed: number) {
    this.#chance = chanceOf(seed);
  }

  step(isCalm = false): void {
    this.now += STEP_MS;
    for (let n = 0; n < PEOPLE; n += 1)
      if (!isCalm) this.#comeOrGo(`p${n}`, n % 3 === 0 ? 'earner' : 'payer');
    for (const person of this.line.values()) this.#beat(person, isCalm);
    for (const pairing of new Set(this.#pairings.values())) this.#live(pairing, isCalm);
    for (const [id, { beatAt, isBusy }] of this.line)
      if (!isBusy && this.now - beatAt >= LOST_AFTER_MS) this.line.delete(id);
    this.#pair();
  }

  #comeOrGo(personId: string, side: InLine['side']): void {
    const own = this.line.get(personId);
    if (own && !own.isBusy && this.#chance() < 0.004) this.line.delete(personId);
    if (own || this.#chance() > 0.01) return;
    const pick = <T>(some: readonly T[]): T => some[Math.floor(this.#chance() * some.length)] as T;
    this.line.set(personId, {
      personId,
      side,
      since: this.now,
      ahead: false,
      freeSince: this.now,
      beatAt: this.now,
      silences: 0,
      isBusy: false,
      maxPrice: side === 'payer' && this.#chance() < 0.8 ? pick(PRICES) : null,
      price: side === 'earner' ? pick(PRICES) : null,
      coins: side === 'payer' ? pick(COINS) : null,
      firstHold: side === 'earner' ? pick(PRICES) : null,
      language: side === 'earner' || this.#chance() < 0.3 ? pick(LANGUAGES) : null,
      lastPartnerId: null,
      blocked: [...(this.#blocked.get(personId) ?? [])],
    });
  }

  #beat(person: InLine, isCalm: boolean): void {
    const { personId } = person;
    if (!isCalm && this.#chance() < 0.003) this.#quietUntil.set(personId, this.now + this.#chance() * 40_000);
    if (!isCalm && this.now < (this.#quietUntil.get(personId) ?? 0)) return;
    this.line.set(personId, { ...person, beatAt: this.now });
  }

  #live(pairing: Pairing, isCalm: boolean): void {
    const [payer, earner] = pairing.ids;
    const either = this.#chance() < 0.5 ? payer : earner;
    const chance = this.#chance();
    if (!pairing.isCall) {
      if (chance < 0.6) pairing.isCall = true;
      else if (chance < 0.7) this.#decide(pairing, { kind: 'skipped', by: either });
      else if (chance < 0.75) this.#decide(pairing, { kind: 'gone', gone: [either] });
      else if (this.now - pairing.begunAt >= 5_000)
        this.#decide(pairing, { kind: 'expired', silent: [payer] });
      return;
    }
    if (!isCalm && chance < 0.01) this.#block(payer, earner);
    // Those who press at once are one press: the second finds it decided.
    if (chance < 0.05 || isCalm) this.#decide(pairing, { kind: 'next', by: either });
    else if (chance < 0.07) this.#decide(pairing, { kind: 'ended' });
  }

  #block(one: string, other: string): void {
    for (const [own, of] of [
      [one, other],
      [other, one],
    ] as const) {
      const all = this.#blocked.get(own) ?? new Set();
      this.#blocked.set(own, all.add(of));
      const row = this.line.get(own);
      if (row) this.line.set(own, { ...row, blocked: [...all] });
    }
  }

  #decide(pairing: Pairing, outcome: Outcome): void {
    const [one, other] = pairing.ids;
    for (const [own, partnerId] of [
      [one, other],
      [other, one],
    ] as const) {
      const row = this.line.get(own);
      this.#pairings.delete(own);
      if (!row) continue;
      const { off, ...place } = placeAfter(row, { outcome, partnerId, now: this.now });
      if (off === null) this.line.set(own, { ...row, ...place, isBusy: false, beatAt: this.now });
      else this.line.delete(own);
    }
  }

  #pair(): void {
    const before = [...this.line.values()];
    for (const { payerId, earnerId } of pairUp(before, this.now)) {
      for (const id of [payerId, earnerId]) {
        expect(this.#pairings.has(id), `${id} is in two`).toBe(false);
        expect(isReady(this.line.get(id)!, this.now), `${id} is not ready`).toBe(true);
        this.line.set(id, { ...this.line.get(id)!, isBusy: true });
      }
      expect(this.#blocked.get(payerId)?.has(earnerId) ?? false, 'a blocked pair').toBe(false);
      expect(fits(this.line.get(payerId)!, this.line.get(earnerId)!), 'two who do not fit').toBe(true);
      expect(affords(this.line.get(payerId)!, this.line.get(earnerId)!), 'one who cannot pay').toBe(true);
      const pairing: Pairing = { ids: [payerId, earnerId], begunAt: this.now, isCall: false };
      this.#pairings.set(payerId, pairing).set(earnerId, pairing);
      this.met += 1;
    }
    this.#nobodyIsPassedOver();
  }

  /** Nobody who is ready is left beside somebody ready who fits, but last partners whose time goes on. */
  #nobodyIsPassedOver(): void {
    const ready = [...this.line.values()].filter((person) => isReady(person, this.now));
    const earners = ready.filter(({ side }) => side === 'earner');
    for (const payer of ready)
      for (const earner of earners) {
        if (payer.side !== 'payer' || !meets(payer, earner)) continue;
        const rests = restsFrom(payer, earner, this.now);
        expect(rests, `${payer.personId} and ${earner.personId} wait beside each other`).toBe(true);
      }
  }

  /** Whether they are in line, with somebody whom they fit, busy or not. */
  hasSomebodyFor(payerId: string): boolean {
    const payer = this.line.get(payerId);
    return (
      payer !== undefined &&
      [...this.line.values()].some((other) => other.side === 'earner' && meets(payer, other))
    );
  }

  /** Who is in an offer or a call, as the pairings have it. */
  get busy(): readonly string[] {
    return [...this.#pairings.keys()];
  }
}

for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
  it(`[MATCH-24] seed ${seed}: whatever ${PEOPLE} people do, nobody is in two, no block is passed, nobody is passed over`, () => {
    const evening = new Evening(seed);
    for (let step = 0; step < STEPS; step += 1) evening.step();
    expect(evening.met).toBeGreaterThan(STEPS / 10);
    // With earners that come free again and again, whoever waited at the beginning of the calm and fits somebody has met somebody.
    const waiting = [...evening.line.values()].filter(({ isBusy }) => !isBusy);
    const before = new Set(waiting.filter(({ side }) => side === 'payer').map(({ personId }) => personId));
    const servable = [...before].filter((id) => evening.hasSomebodyFor(id));
    const met = new Set<string>();
    for (let step = 0; step < 400 && met.size < servable.length; step += 1) {
      evening.step(true);
      // Those whom they fit may all go: then they wait for nobody.
      for (const id of servable) if (!evening.hasSomebodyFor(id) || evening.busy.includes(id)) met.add(id);
    }
    expect(servable.filter((id) => !met.has(id))).toEqual([]);
  });
}
