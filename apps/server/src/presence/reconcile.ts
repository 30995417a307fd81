import type { NewFact, Watch } from '@latido/core';
import { isLostWithLivekit, LISTED_EVERY_MS, suspectedAfterMs } from '@latido/core';
import type { Log } from '../platform/index.ts';
import { listedFact, proofsOf, verdictFact } from './detector.ts';
import type { Entry } from './entry.ts';
import { factOf } from './entry.ts';
import { tellPeers } from './peers.ts';
import type { ListedParticipant, PresencePorts, RoomPoll } from './ports.ts';
import { change } from './registry.ts';
import type { Registry } from './registry.ts';
import type { FactWriter } from './fact-writer.ts';

/** Rooms with somebody in doubt. */
const DOUBT_POLL_EVERY_MS = 2_000;
/** Every other room with somebody in it. */
const POLL_EVERY_MS = 10_000;
/**
 * How long the lists of our LiveKit count for nothing against somebody whom they never named: webhooks of another
 * LiveKit come by a key of their own, and its rooms are not in our lists. Long, but not for ever.
 */
const NEVER_LISTED_FOR_MS = 2 * 3_600_000;
/** The same for people of a call: their tokens were signed here, for our LiveKit, and somebody pays for them. */
const CALLER_NEVER_LISTED_FOR_MS = 5 * 60_000;
/** Requests to LiveKit at the same time. */
const POLLS_MAX = 8;

/** What reconciling works on. */
export interface ReconcilerDeps {
  readonly now: () => number;
  readonly registry: Registry;
  readonly factWriter: FactWriter;
  readonly log: Log;
  readonly ports: PresencePorts;
  /** LiveKit answered: we ourselves can hear. */
  readonly heard: () => void;
}

/**
 * Asks LiveKit who is in the rooms, at once on a suspicion, every 2 s while somebody is in doubt, else every 10 s:
 * what webhooks missed is found here. A single list closes nothing.
 */
export class Reconciler {
  readonly #deps: ReconcilerDeps;
  readonly #dueAt = new Map<string, number>();
  readonly #asking = new Map<string, Promise<void>>();
  #restartedAt = -Infinity;

  constructor(deps: ReconcilerDeps) {
    this.#deps = deps;
  }

  /** Asks about a room with the next look. */
  pollSoon(roomName: string): void {
    this.#dueAt.set(roomName, -Infinity);
  }

  /** LiveKit began anew at `at` (epoch ms): whoever joined before and is not listed is gone, by one list. */
  livekitRestarted(at: number): void {
    this.#restartedAt = at;
    for (const roomName of this.#deps.registry.rooms()) this.pollSoon(roomName);
  }

  /** Starts the requests that are due. */
  look(): void {
    const now = this.#deps.now();
    const rooms = new Set(this.#deps.registry.rooms());
    for (const roomName of this.#dueAt.keys()) if (!rooms.has(roomName)) this.#dueAt.delete(roomName);
    for (const roomName of rooms) {
      if (this.#asking.size >= POLLS_MAX) return;
      // A room that is new here is asked about at once: after a start, nothing is known of it.
      if (this.#asking.has(roomName) || (this.#dueAt.get(roomName) ?? -Infinity) > now) continue;
      this.#dueAt.set(roomName, now + POLL_EVERY_MS);
      const asking = this.#poll(roomName).finally(() => this.#asking.delete(roomName));
      this.#asking.set(roomName, asking);
    }
  }

  /** Resolves when the requests under way are answered. */
  async caughtUp(): Promise<void> {
    await Promise.all(this.#asking.values());
  }

  async #poll(roomName: string): Promise<void> {
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
    const nextAt = now() + (this.#inDoubt(roomName) ? DOUBT_POLL_EVERY_MS : POLL_EVERY_MS);
    if ((this.#dueAt.get(roomName) ?? 0) !== -Infinity) this.#dueAt.set(roomName, nextAt);
  }

  /** LiveKit did not answer: ends the stays of those who may be lost with it. */
  #despair(roomName: string): void {
    const { registry, factWriter, now: timeOf } = this.#deps;
    const now = timeOf();
    const lost = registry.inRoom(roomName).filter(({ watch, listed, metAt, gone }) => {
      const heardAt = watch.listedAt ?? metAt;
      return listed && !gone && isLostWithLivekit(watch, { heardAt, now });
    });
    const facts = lost.flatMap((entry) => this.#doom(entry, { reason: 'lost', now }));
    if (facts.length > 0) void factWriter.write(facts);
  }

  #inDoubt(roomName: string): boolean {
    const { registry } = this.#deps;
    return registry.inRoom(roomName).some(({ watch }) => watch.state !== 'present' || watch.absent !== null);
  }

  #compare(roomName: string, participants: readonly ListedParticipant[], askedAt: number): void {
    const { registry, factWriter, now: timeOf } = this.#deps;
    const now = timeOf();
    const facts: NewFact[] = [];
    const living = participants.filter(({ state }) => state !== 'DISCONNECTED');
    const sids = new Set(living.map(({ sid }) => sid));
    for (const listed of living) {
      const entry = registry.get(listed.sid);
      if (entry !== null) facts.push(...this.#seen(entry, now));
      // Whoever is still connecting may never get media, and then was never there.
      else if (listed.state === 'ACTIVE') facts.push(metByList(roomName, listed, now));
    }
    for (const entry of registry.inRoom(roomName)) {
      // Whoever came after the question cannot be in the answer.
      if (sids.has(entry.watch.participantSid) || entry.metAt >= askedAt || entry.gone) continue;
      facts.push(...this.#missed(entry, askedAt, now));
    }
    if (facts.length > 0) void factWriter.write(facts);
  }

  #seen(entry: Entry, now: number): NewFact[] {
    const before = entry.watch.listedAt;
    entry.listed = true;
    change(entry, { listedAt: now, absent: null });
    if (entry.watch.beating) return [];
    const again =
      before !== null && Math.floor(before / LISTED_EVERY_MS) === Math.floor(now / LISTED_EVERY_MS);
    return again ? [] : [listedFact(entry, now)];
  }

  #missed(entry: Entry, askedAt: number, now: number): NewFact[] {
    const { watch } = entry;
    entry.unlistedAt ??= askedAt;
    const waitMs = watch.callId === null ? NEVER_LISTED_FOR_MS : CALLER_NEVER_LISTED_FOR_MS;
    if (!this.#isOfThisLivekit(entry) && now - entry.metAt < waitMs) return [];
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
    entry.gone = true;
    entry.doomed = true;
    tellPeers(this.#deps.registry, entry, now);
    const effectiveAt = watch.beating ? watch.lastProofAt : Math.max(watch.lastProofAt, watch.listedAt ?? 0);
    const verdict = { participantSid: watch.participantSid, type: 'left', reason } as const;
    return [...proofsOf(entry, now), verdictFact(entry, { ...verdict, effectiveAt, evidence: {} }, now)];
  }
}

function isHeard({ lastBeatAt, socketClosedAt, beatEveryMs }: Watch, now: number): boolean {
  return lastBeatAt !== null && socketClosedAt === null && now - lastBeatAt < suspectedAfterMs(beatEveryMs);
}

/** LiveKit lists somebody of whom no webhook came: an interval is made of the list. */
function metByList(roomName: string, listed: ListedParticipant, now: number): NewFact {
  const payload = {
    ...(listed.participant === undefined ? {} : { participant: listed.participant }),
    ...(listed.joinedAt === undefined ? {} : { joinedAt: listed.joinedAt }),
  };
  return {
    source: 'poll',
    type: 'listed',
    sourceEventId: `${listed.sid}:listed:${Math.floor(now / LISTED_EVERY_MS)}`,
    roomName,
    roomSid: listed.roomSid ?? null,
    participantSid: listed.sid,
    identity: listed.identity,
    occurredAt: now,
    receivedAt: now,
    payload,
  };
}
