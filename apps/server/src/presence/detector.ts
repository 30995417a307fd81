import type { NewFact, Outage, Tick, Verdict, Watch } from '@latido/core';
import {
  atEaseUntil,
  judge,
  judgeMedia,
  listedEveryMs,
  MEDIA_SERVER,
  PROOF_EVERY_MS,
  TICK_LATE_MS,
} from '@latido/core';
import type { Clock, TimerHandle } from '../platform/index.ts';
import type { Entry } from './entry.ts';
import { factOf } from './entry.ts';
import type { Latencies } from './latencies.ts';
import type { Outages } from './outages.ts';
import { change } from './registry.ts';
import type { Registry } from './registry.ts';
import { tellMedia, tellPeers } from './peers.ts';
import type { FactWriter } from './fact-writer.ts';

/** How often everybody is judged: a tenth of a second is lost at most. */
export const TICK_EVERY_MS = 100;
/** While nobody is known: a server that nobody uses is to cost nothing. */
const REST_EVERY_MS = 500;

/**
 * After a tick that came late, what was said meanwhile still lies unread in the sockets: nobody is judged until it
 * has been read.
 */
const DEAF_FOR_MS = 500;
/** A shorter stall hides less than any silence that counts: what had come before it was read, and can be judged. */
const SHORT_STALL_MS = 1_000;

/**
 * Who is heard on another node is judged there; here only when that node's proofs (a row each 4 s) have stayed out
 * twice, so that the death of a node does not make its people live for ever.
 */
const FOREIGN_AFTER_MS = 2.5 * PROOF_EVERY_MS;

/** What the detector works on. */
export interface DetectorDeps {
  readonly clock: Clock;
  readonly now: () => number;
  readonly registry: Registry;
  readonly factWriter: FactWriter;
  readonly latencies: Latencies;
  readonly outages: Outages;
  /** Asks LiveKit about a room as soon as possible. */
  readonly pollSoon: (roomName: string) => void;
  /** It has changed what is thought of somebody's media: people on other nodes are to know. */
  readonly mediaChanged: (entry: Entry) => void;
}

/** Judges everybody again and again. */
export class Detector {
  readonly #deps: DetectorDeps;
  /** Since when browsers can reach us; before that nobody is judged. */
  #startedAt: number | null = null;
  #timer: TimerHandle | null = null;
  #plannedMs: number;
  #deafUntilMs = -Infinity;
  #heardAt: number | null = null;

  constructor(deps: DetectorDeps) {
    this.#deps = deps;
    this.#plannedMs = deps.clock.monotonic();
  }

  /** From now on browsers can reach us. */
  start(): void {
    const { now, clock } = this.#deps;
    this.#startedAt = now();
    this.#plannedMs = clock.monotonic() + this.#everyMs;
    this.#plan();
  }

  /** Since when this node hears, and when LiveKit was away; nothing counts before browsers can reach us. */
  get circumstances(): { startedAt: number; outage: Outage | null } {
    return { startedAt: this.#startedAt ?? Infinity, outage: this.#deps.outages.last };
  }

  get #everyMs(): number {
    return this.#deps.registry.size === 0 ? REST_EVERY_MS : TICK_EVERY_MS;
  }

  /** Somebody answered: we ourselves can hear. */
  heard(): void {
    this.#heardAt = this.#deps.now();
  }

  /** Judges now: something has happened that need not wait for the tick. */
  poke(): void {
    this.#judge(Math.max(0, this.#deps.clock.monotonic() - this.#plannedMs));
  }

  close(): void {
    if (this.#timer !== null) this.#deps.clock.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #plan(): void {
    const everyMs = this.#everyMs;
    this.#timer = this.#deps.clock.setTimeout(() => {
      const { clock } = this.#deps;
      const lateMs = clock.monotonic() - this.#plannedMs;
      this.#plannedMs = clock.monotonic() + this.#everyMs;
      if (lateMs >= SHORT_STALL_MS) this.#deafUntilMs = clock.monotonic() + DEAF_FOR_MS;
      this.#plan();
      this.#judge(lateMs);
    }, everyMs);
  }

  #judge(lateMs: number): void {
    const { registry, clock, outages, now: timeOf } = this.#deps;
    const isShort = lateMs > TICK_LATE_MS && lateMs < SHORT_STALL_MS;
    if (this.#startedAt === null || clock.monotonic() < this.#deafUntilMs) return;
    const now = timeOf();
    const outage = outages.last;
    // On a busy machine many ticks in a row are late: each is judged as of when it should have come.
    const asOf = isShort ? { now: now - lateMs, lateMs: 0 } : { now, lateMs };
    const tick = { ...asOf, startedAt: this.#startedAt, heardAt: this.#heardAt, outage };
    const isAsked = (entry: Entry): boolean => isJudgedHere(entry, now);
    // Ten times a second, and of thousands mostly nobody.
    const isAnyInQuestion = registry.some(
      (entry) => tick.now >= entry.easeUntil && isAsked(entry) && !isAtEase(entry, tick.now),
    );
    const facts = isAnyInQuestion ? this.#verdictsOn(registry.watches(isAsked), tick, now) : [];
    facts.push(...outages.missed(now));
    if (facts.length > 0) void this.#deps.factWriter.write(facts);
  }

  #verdictsOn(watches: readonly Watch[], tick: Tick, now: number): NewFact[] {
    // Both are found by what is known now: taking one over changes it.
    const [verdicts, ofMedia] = [judge(watches, tick), judgeMedia(watches, tick)];
    const facts = verdicts.flatMap((verdict) => {
      const entry = this.#deps.registry.get(verdict.participantSid);
      return entry === null ? [] : this.#apply(entry, verdict, now);
    });
    return [...facts, ...ofMedia.flatMap((verdict) => this.#applyToMedia(verdict, now))];
  }

  /** What is thought of somebody's media is told to both sides; what is paid follows from the facts. */
  #applyToMedia(verdict: Verdict, now: number): NewFact[] {
    const entry = this.#deps.registry.get(verdict.participantSid);
    if (entry === null || entry.gone) return [];
    if (verdict.type === 'shut_out') return this.#apply(entry, verdict, now);
    const { type, effectiveAt } = verdict;
    const { frozen } = entry.watch;
    if (type === 'frozen') change(entry, { frozen: { fromAt: effectiveAt, paused: false } });
    else if (type === 'media_back') {
      this.#deps.registry.unpaid.stopped(entry, now);
      change(entry, { frozen: null });
    } else if (frozen !== null) change(entry, { frozen: { ...frozen, paused: true } });
    tellMedia(this.#deps.registry, entry, now);
    this.#deps.mediaChanged(entry);
    return [...proofsOf(entry, now), verdictFact(entry, verdict, now)];
  }

  /** Takes a verdict over and gives its facts: the proofs that it rests on, then itself. */
  #apply(entry: Entry, verdict: Verdict, now: number): NewFact[] {
    const { latencies, outages, pollSoon } = this.#deps;
    const wasUnreachable = entry.watch.state === 'unreachable';
    if (verdict.type === 'suspected') {
      change(entry, { state: 'suspected', suspectedAt: now });
      pollSoon(entry.watch.roomName);
    } else if (verdict.type === 'unreachable') {
      change(entry, { state: 'unreachable', suspectedAt: entry.watch.suspectedAt ?? now });
      entry.away = verdict.reason === MEDIA_SERVER ? 'media_server' : 'lost_connection';
      entry.beats.break();
      entry.media.break();
      latencies.observe(verdict.reason, now - verdict.effectiveAt);
    } else if (verdict.type === 'shut_out') {
      change(entry, { shutOutAt: now });
      this.#deps.registry.unpaid.shutOut(entry, now);
      return [...proofsOf(entry, now), verdictFact(entry, verdict, now)];
    } else if (verdict.type === 'resumed') {
      change(entry, { state: 'present', suspectedAt: null, absent: null });
      entry.away = null;
    } else {
      entry.gone = true;
      entry.away = verdict.reason === 'livekit_restarted' ? 'media_server' : 'lost_connection';
      if (entry.away === 'media_server') outages.took(entry, verdict.effectiveAt);
    }
    tellPeers(this.#deps.registry, entry, now);
    const proofs = proofsOf(entry, now);
    // A doubt that nobody was told of is cleared by the proof alone.
    if (verdict.type === 'resumed' && !wasUnreachable) return proofs;
    return [...proofs, verdictFact(entry, verdict, now)];
  }
}

/** Looks until when there is nothing to ask of somebody, which holds until something changes but that more is heard of them. */
function isAtEase(entry: Entry, now: number): boolean {
  entry.easeUntil = atEaseUntil(entry.watch);
  return now < entry.easeUntil;
}

/** Of whom something is proved; who is heard on another node, only once that one is silent. */
function isJudgedHere({ watch, gone, own }: Entry, now: number): boolean {
  const { lastProofAt, beating } = watch;
  if (gone || lastProofAt === 0) return false;
  return own || !beating || now - lastProofAt >= FOREIGN_AFTER_MS;
}

/** What is proved of somebody and not in the log yet. */
export function proofsOf(entry: Entry, now: number): NewFact[] {
  return [...entry.beats.take(entry.watch, now), ...entry.media.take(entry.watch, now)];
}

/** Several nodes may reach the same verdict: its id names sid, type and effective time, so that doubles vanish. */
export function verdictFact(entry: Entry, verdict: Verdict, now: number): NewFact {
  return {
    ...factOf(entry.watch, { source: 'detector', type: verdict.type, at: verdict.effectiveAt, now }),
    payload: { reason: verdict.reason, judgedAt: now, evidence: verdict.evidence },
  };
}

/** A list that names somebody who sends no beats, for the log: once a while at most. */
export function listedFact(entry: Entry, now: number): NewFact {
  const fact = factOf(entry.watch, { source: 'poll', type: 'listed', at: now, now });
  const { participantSid, callId } = entry.watch;
  const turn = Math.floor(now / listedEveryMs(callId));
  return { ...fact, sourceEventId: `${participantSid}:listed:${turn}` };
}
