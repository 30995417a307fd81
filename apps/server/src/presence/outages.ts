import { BACK_AFTER_OUTAGE_MS, type NewFact, type Outage } from '@latido/core';
import type { Entry } from './entry.ts';
import { factOf } from './entry.ts';
import { tellPeers } from './peers.ts';
import type { Registry } from './registry.ts';

/** A LiveKit that was started again between two looks was away for less than this. */
const UNSEEN_MS = 1_000;

/**
 * When LiveKit was away, as far as this node has seen: it is why people are not heard, and nobody's doing (PRES-F18). Whom an
 * outage took is missed only once LiveKit has been back for as long as pages need.
 */
export class Outages {
  readonly #registry: Registry;
  #last: Outage | null = null;
  /** Whom the last one took, and when they were there last. */
  readonly #taken = new Map<Entry, number>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  get last(): Outage | null {
    return this.#last;
  }

  /** LiveKit does not answer. */
  began(at: number): void {
    if (this.#last === null || this.#last.toAt !== null) this.#last = { fromAt: at, toAt: null };
  }

  /** LiveKit answers again. */
  ended(at: number): void {
    if (this.#last !== null && this.#last.toAt === null) this.#last = { ...this.#last, toAt: at };
  }

  /** LiveKit began anew at `startedAt`, and its rooms are there by `now`, whether it was seen to be away or not. */
  restarted(startedAt: number, now: number): void {
    const seen = this.#last !== null && (this.#last.toAt ?? now) >= startedAt - UNSEEN_MS;
    this.#last = { fromAt: seen && this.#last ? this.#last.fromAt : startedAt - UNSEEN_MS, toAt: now };
  }

  /** It was taken by the outage: nobody is told of it, unless it is missed. In no call there is nobody who would. */
  took(entry: Entry, effectiveAt: number): void {
    if (entry.watch.callId !== null) this.#taken.set(entry, effectiveAt);
  }

  /** Those who have not come back in time: from now on they are lost like anybody. */
  missed(now: number): NewFact[] {
    if (this.#taken.size === 0 || this.#last === null) return [];
    if (this.#last.toAt === null || now < this.#last.toAt + BACK_AFTER_OUTAGE_MS) return [];
    const missed = [...this.#taken].filter(([entry, effectiveAt]) => !this.#isBack(entry, effectiveAt));
    this.#taken.clear();
    return missed.map(([entry, effectiveAt]) => {
      entry.away = 'lost_connection';
      tellPeers(this.#registry, entry, now);
      const fact = factOf(entry.watch, { source: 'detector', type: 'left', at: effectiveAt, now });
      const payload = { reason: 'lost', judgedAt: now, evidence: { outage: this.#last } };
      // Its first \`left\` has the same effective time.
      return { ...fact, sourceEventId: `${entry.watch.participantSid}:missed:${effectiveAt}`, payload };
    });
  }

  #isBack({ watch: { roomName, identity } }: Entry, lastThereAt: number): boolean {
    return this.#registry
      .inRoom(roomName)
      .some(({ gone, watch }) => !gone && watch.identity === identity && watch.lastProofAt > lastThereAt);
  }
}
