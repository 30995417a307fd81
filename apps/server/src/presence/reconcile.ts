import type { NewFact, Watch } from '@latido/core';
import {
  isLostWithLivekit,
  lastMediaAt,
  listedEveryMs,
  NEVER_LISTED_FOR_MS,
  NEVER_LONGER_THAN_MS,
  suspectedAfterMs,
} from '@latido/core';
import type { Log } from '../platform/index.ts';
import { listedFact, proofsOf, verdictFact } from './detector.ts';
import type { Entry } from './entry.ts';
import { factOf } from './entry.ts';
import { isRinging, isStranger, metByList, wholeOf, withOurTime } from './met-by-list.ts';
import type { FactWriter } from './fact-writer.ts';
import { tellPeers } from './peers.ts';
import type { Outages } from './outages.ts';
import { PollPlaces } from './poll-places.ts';
import type { KnownRoom } from './poll-plan.ts';
import { PollPlan } from './poll-plan.ts';
import type { ListedParticipant, PresencePorts, RoomPoll } from './ports.ts';
import { change } from './registry.ts';
import type { Registry } from './registry.ts';

/** How often LiveKit is asked for all of its rooms. */
const LIST_EVERY_MS = 10_000;
/** How long lists that lack somebody count for nothing who is in a call: their tokens were signed for our LiveKit. */
const CALLER_NEVER_LISTED_FOR_MS = 5 * 60_000;

/** What reconciling works on. */
export interface ReconcilerDeps {
  readonly now: () => number;
  /** An instant of LiveKit's on our clock. */
  readonly ours: (at: number) => number;
  readonly registry: Registry;
  readonly factWriter: FactWriter;
  readonly log: Log;
  readonly ports: PresencePorts;
  /** LiveKit's names of the rooms of calls that go on, with the people of each call. */
  readonly openRooms: () => Promise<ReadonlyMap<string, readonly string[]>>;
  readonly outages: Outages;
  /** LiveKit answered: we ourselves can hear. */
  readonly heard: () => void;
}

/**
 * Asks LiveKit who is in the rooms, at once on a suspicion, every 2 s while somebody is in doubt, every 10 s where a call
 * goes on or LiveKit counts others than we do: what webhooks missed is found here, also in rooms of which none came.
 * A single list closes nothing.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps;
  /** Rooms with a telephone that rings. */
  readonly #ringing = new Set<string>();
  readonly #plan: PollPlan;
  readonly #places = new PollPlaces();
  #listing: Promise<void> | null = null;
  #listAt = -Infinity;
  #restartedAt = -Infinity;
  #aliveAt = Infinity;
  /** LiveKit's word of before is none: since our start, or since it began anew. */
  #askedFromAt: number;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
    this.#askedFromAt = deps.now();
    this.#plan = new PollPlan((roomName) => {
      const known = knownOf(deps.registry.inRoom(roomName));
      return { ...known, inDoubt: known.inDoubt || this.#ringing.has(roomName) };
    });
  }

  /** Asks about a room with the next look. */
  pollSoon(roomName: string): void {
    this.#plan.soon(roomName);
  }

  /** LiveKit began anew at `at` (epoch ms): whoever joined before and is not listed is gone, by one list. */
  livekitRestarted(at: number, aliveAt?: number): void {
    this.#restartedAt = at;
    this.#deps.outages.restarted(at, this.#deps.now());
    this.#aliveAt = aliveAt ?? Infinity;
    this.#askedFromAt = this.#deps.now();
    for (const roomName of this.#deps.registry.rooms().keys()) this.pollSoon(roomName);
  }

  /**
   * Calls with somebody who sends no beats, and of whom LiveKit has not said that they are there: not since our start, not since
   * it began anew, not since it last could not say, or its last list lacks them.
   */
  unwitnessed(): string[] {
    const isIn = ({ watch, joinedAt, unansweredAt }: Entry): boolean => {
      const saidAt = Math.max(joinedAt, watch.listedAt ?? -Infinity);
      return watch.absent === null && saidAt >= Math.max(this.#askedFromAt, unansweredAt);
    };
    const doubted = new Set<string>();
    for (const entry of this.#deps.registry.allNow()) {
      const { beating, callId } = entry.watch;
      if (!beating && callId !== null && !isIn(entry)) doubted.add(callId);
    }
    return [...doubted];
  }

  /** Starts the requests that are due. */
  look(): void {
    const now = this.#deps.now();
    if (this.#listing === null && now >= this.#listAt) {
      this.#listAt = now + LIST_EVERY_MS;
      this.#listing = this.#listRooms().finally(() => (this.#listing = null));
    }
    const due = this.#plan.due(this.#deps.registry.rooms(), now);
    this.#places.keep((roomName) => this.#plan.knows(roomName));
    for (const roomName of due) {
      if (!this.#places.isFreeFor(roomName, now)) continue;
      this.#plan.asking(roomName, now);
      this.#places.ask(roomName, { now, isAnswered: this.#poll(roomName) });
    }
  }

  /** Resolves when the requests under way are answered. */
  async caughtUp(): Promise<void> {
    await this.#listing;
    await this.#places.answered();
  }

  async #listRooms(): Promise<void> {
    const { ports, log, now, openRooms, heard } = this.#deps;
    try {
      const list = await ports.listRooms();
      if (list.status === 'ok') heard();
      const listed = list.status === 'ok' ? list.rooms : null;
      this.#plan.take({ listed, open: await openRooms() }, now());
    } catch (error) {
      log.warn({ err: error }, 'what rooms there are could not be found out');
    }
  }

  /** Gives whether LiveKit answered. */
  async #poll(roomName: string): Promise<boolean> {
    const { ports, log, now, heard } = this.#deps;
    const askedAt = now();
    let answer: RoomPoll;
    try {
      answer = await ports.pollRoom(roomName);
    } catch (error) {
      log.warn({ err: error, roomName }, 'a room could not be asked about');
      answer = { status: 'unknown' };
    }
    if (answer.status === 'ok') {
      heard();
      // The detector's next tick judges by it: with many rooms there is an answer in every moment.
      this.#compare(roomName, answer.participants, askedAt);
    } else this.#despair(roomName);
    this.#plan.asked(roomName, now());
    return answer.status === 'ok';
  }

  /** LiveKit did not answer: ends the stays of those who may be lost with it. */
  #despair(roomName: string): void {
    const { registry, factWriter, now: timeOf } = this.#deps;
    const now = timeOf();
    for (const entry of registry.inRoom(roomName)) entry.unansweredAt = now;
    const lost = registry.inRoom(roomName).filter((entry) => {
      const { watch, metAt, gone } = entry;
      const heardAt = watch.listedAt ?? heardOfAt(entry);
      // A LiveKit that begins with us does not answer at once.
      return !gone && now - metAt >= NEVER_LONGER_THAN_MS && isLostWithLivekit(watch, { heardAt, now });
    });
    const facts = lost.flatMap((entry) => this.#doom(entry, { reason: 'lost', now }));
    if (facts.length > 0) void factWriter.write(facts);
  }

  #compare(roomName: string, participants: readonly ListedParticipant[], askedAt: number): void {
    const { registry, factWriter, ours, now: timeOf } = this.#deps;
    const now = timeOf();
    const facts: NewFact[] = [];
    const living = participants.filter(({ state }) => state !== 'DISCONNECTED');
    const people = this.#plan.peopleOf(roomName);
    const sids = new Set(living.map(({ sid }) => sid));
    // No webhook tells that a telephone was answered: it is asked for (PRES-R24).
    if (living.some((one) => isRinging(one) === true)) this.#ringing.add(roomName);
    else this.#ringing.delete(roomName);
    // Whoever is still connecting may never get media, and then was never there.
    for (const listed of living.filter(({ state }) => state === 'ACTIVE')) {
      const entry = registry.get(listed.sid);
      const isNew = entry === null || (entry.watch.beating && !entry.named);
      if (isNew || isStranger(listed, people))
        facts.push(metByList(roomName, withOurTime(listed, ours), now));
      if (entry !== null) facts.push(...this.#seen(entry, { now, whole: wholeOf(listed) }));
    }
    for (const entry of registry.inRoom(roomName)) {
      // Whoever came after the question cannot be in the answer.
      if (sids.has(entry.watch.participantSid) || entry.metAt >= askedAt || entry.gone) continue;
      facts.push(...this.#missed(entry, askedAt, now));
    }
    if (facts.length > 0) void factWriter.write(facts);
  }

  /** `whole`: what LiveKit says of them, for the first list that has them: whoever shows out the banned, from any room, reads it. */
  #seen(entry: Entry, { now, whole }: { now: number; whole: NewFact['payload'] }): NewFact[] {
    const before = entry.watch.listedAt;
    entry.listed = true;
    change(entry, { listedAt: now, absent: null });
    if (entry.watch.beating) return [];
    const everyMs = listedEveryMs(entry.watch.callId);
    const again = before !== null && Math.floor(before / everyMs) === Math.floor(now / everyMs);
    const isFirstWhole = !entry.saidWhole && 'participant' in whole;
    if (again && !isFirstWhole) return [];
    entry.saidWhole ||= isFirstWhole;
    const fact = listedFact(entry, now);
    // Another node may have said, in the same turn, that they are listed and no more.
    return [isFirstWhole ? { ...fact, sourceEventId: `${fact.sourceEventId}:whole`, payload: whole } : fact];
  }

  #missed(entry: Entry, askedAt: number, now: number): NewFact[] {
    const { watch } = entry;
    entry.unlistedAt ??= askedAt;
    const waitMs = watch.callId === null ? NEVER_LISTED_FOR_MS : CALLER_NEVER_LISTED_FOR_MS;
    if (!this.#isOfThisLivekit(entry) && now - heardOfAt(entry) < waitMs) return [];
    // Its media server is not the one that is running: no second list is needed.
    const outlived =
      entry.joinedAt < this.#restartedAt && watch.lastProofAt < Math.max(askedAt, this.#restartedAt);
    // A list against live beats ends nothing; it may lag, and only lists of a silent one count.
    if (!outlived && isHeard(watch, now)) return [];
    // The first two say it all.
    const told = watch.absent !== null && watch.absent[1] !== watch.absent[0];
    change(entry, { absent: [watch.absent?.[0] ?? askedAt, askedAt] });
    const absent = told ? [] : [factOf(watch, { source: 'poll', type: 'absent', at: askedAt, now })];
    return outlived ? [...absent, ...this.#doom(entry, { reason: 'livekit_restarted', now })] : absent;
  }

  /**
   * Our SDK's clients are; of the others those that a list has named, and those that we knew of and LiveKit could not
   * be asked about until it began anew. When they joined says nothing: webhooks of another LiveKit, or kept ones that
   * are sent again, tell of times long before.
   */
  #isOfThisLivekit({ watch, listed, metAt, unlistedAt }: Entry): boolean {
    if (watch.beating || listed) return true;
    return metAt < this.#restartedAt && (unlistedAt ?? Infinity) >= this.#restartedAt;
  }

  #doom(entry: Entry, { reason, now }: { reason: 'lost' | 'livekit_restarted'; now: number }): NewFact[] {
    const { watch } = entry;
    const effectiveAt = lastMediaAt(watch, reason === 'lost' ? Infinity : this.#aliveAt);
    entry.gone = true;
    entry.doomed = true;
    entry.away = reason === 'livekit_restarted' ? 'media_server' : 'lost_connection';
    if (entry.away === 'media_server') this.#deps.outages.took(entry, effectiveAt);
    tellPeers(this.#deps.registry, entry, now);
    const verdict = { participantSid: watch.participantSid, type: 'left', reason } as const;
    return [...proofsOf(entry, now), verdictFact(entry, { ...verdict, effectiveAt, evidence: {} }, now)];
  }
}

function knownOf(entries: readonly Entry[]): KnownRoom {
  const isDoubted = ({ watch, named }: Entry): boolean =>
    watch.state !== 'present' || watch.absent !== null || (watch.beating && !named);
  const there = entries.filter(({ gone }) => !gone);
  return {
    people: there.length,
    inDoubt: entries.some(isDoubted),
    isHeard: there.length > 0 && there.every(({ own, watch }) => own && watch.beating),
  };
}

/** Since when lists could name them: of callers since our start, as before it nobody asked. */
function heardOfAt({ watch, toldAt, metAt }: Entry): number {
  return watch.callId === null ? toldAt : metAt;
}

function isHeard({ lastBeatAt, socketClosedAt, beatEveryMs }: Watch, now: number): boolean {
  return lastBeatAt !== null && socketClosedAt === null && now - lastBeatAt < suspectedAfterMs(beatEveryMs);
}
