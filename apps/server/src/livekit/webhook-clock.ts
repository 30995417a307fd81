import type { ClockWord, NewFact } from '@latido/core';
import { clockWord, ONE_CLOCK_MS } from '@latido/core';
import type { Db } from '../platform/index.ts';
import type { ClaimedRoom, LivekitClocks, LivekitWitness } from '../presence/index.ts';
import { claimedRooms, keepingOf } from '../presence/index.ts';
import type { AskTime } from './livekit-time.ts';
import { instant, occurredAt, record } from './webhook-fact.ts';

/** Rooms whose calls are remembered. */
const ROOMS_MAX = 5_000;
/** A word that is so late is tried again, or of a clock that has been set: LiveKit is asked what time it is. */
const AT_ONCE_MS = 1_500;
/** LiveKit drops what waited 30 s and gives up after 26 s of tries. */
const DELIVERED_WITHIN_MS = 90_000;

/** A webhook as a fact, and the API key that signed it: the LiveKit that it is of. */
export interface SignedFact {
  readonly fact: NewFact;
  readonly key: string;
}

/** Puts LiveKit's instants on our clock. */
export interface WebhookClock {
  /** The facts as they are stored. All words are heard before any is corrected. */
  corrected(facts: readonly SignedFact[]): Promise<NewFact[]>;
}

export interface WebhookClockDeps {
  readonly db: Db;
  readonly clocks: LivekitClocks;
  /** Until when LiveKit's participants were there by our own clock. Without it: nothing is known of that. */
  readonly witness?: LivekitWitness;
  /** The LiveKit that can be asked for its time, by its key. */
  readonly asked?: { readonly key: string; readonly time: AskTime };
}

type Call = Pick<ClaimedRoom, 'room' | 'alias' | 'from' | 'isOpen'> | null;

/** Reads LiveKit's clock out of webhooks; what calls the rooms were made for is asked once a room. */
export function createWebhookClock(deps: WebhookClockDeps): WebhookClock {
  const { clocks, asked } = deps;
  const callOf = createCalls(deps.db);
  const { recall, keep } = keepingOf(deps);
  return {
    async corrected(facts) {
      await callOf.learn(facts);
      const keys = [...new Set(facts.map(({ key }) => key))];
      await recall(keys);
      const isOdd = facts.some(({ fact, key }) => key === asked?.key && isLate(fact, clocks.offsetMs(key)));
      const said = isOdd && asked ? await asked.time() : null;
      if (said !== null && asked) clocks.hearTime(asked.key, said);
      for (const { fact, key } of facts) {
        const word = wordOf(fact, callOf.get(fact.roomName));
        if (word !== null) clocks.hear(key, word);
      }
      const [first] = facts;
      if (first) await keep(keys, new Date(first.fact.receivedAt));
      return facts.map(({ fact, key }) => {
        const madeAt = ownCallOf(callOf.get(fact.roomName))?.from.getTime() ?? -Infinity;
        return placed(fact, { ...deps, key, madeAt });
      });
    },
  };
}

/** What calls rooms were made for. */
function createCalls(db: Db) {
  const callOf = new Map<string, Call>();
  return {
    get: (roomName: string): Call => callOf.get(roomName) ?? null,
    async learn(facts: readonly SignedFact[]): Promise<void> {
      const names = facts.map(({ fact }) => fact.roomName).filter((name) => name !== '' && !callOf.has(name));
      if (names.length === 0) return;
      const claimed = await claimedRooms(db, names);
      for (const name of names) callOf.set(name, claimed.get(name) ?? null);
      for (const name of callOf.keys()) {
        if (callOf.size <= ROOMS_MAX) break;
        callOf.delete(name);
      }
    },
  };
}

/** People may have sat in a room of that name before, where a call has none of its own. */
function ownCallOf(call: Call): Call {
  return call !== null && call.room !== call.alias ? call : null;
}

function saidIn({ payload }: Pick<NewFact, 'payload'>) {
  const participant = record(payload['participant']);
  const room = record(payload['room']);
  return {
    createdAt: instant(payload['createdAt'], 1000),
    joinedAt: instant(participant['joinedAtMs'], 1) ?? instant(participant['joinedAt'], 1000),
    roomMadeAt: instant(room['creationTimeMs'], 1) ?? instant(room['creationTime'], 1000),
  };
}

function wordOf(fact: NewFact, call: Call): ClockWord | null {
  const own = ownCallOf(call);
  return clockWord(saidIn(fact), {
    receivedAt: fact.receivedAt,
    call: own && { createdAt: own.from.getTime(), isOpen: own.isOpen },
  });
}

/** Whether a word is not of now, by what is known of its clock. */
function isLate(fact: NewFact, offsetMs: number): boolean {
  const { createdAt, joinedAt } = saidIn(fact);
  const at = createdAt ?? joinedAt;
  if (at === null) return false;
  const lateMs = fact.receivedAt - (at - offsetMs);
  return lateMs < -ONE_CLOCK_MS / 2 || lateMs > AT_ONCE_MS;
}

interface Placing extends Pick<WebhookClockDeps, 'clocks' | 'witness'> {
  readonly key: string;
  readonly madeAt: number;
}

/** What LiveKit itself said stays in the payload; how far its clock was off stands beside it, for whoever reads that. */
function placed(fact: NewFact, { clocks, key, witness, madeAt }: Placing): NewFact {
  const { receivedAt } = fact;
  const { createdAt, joinedAt } = saidIn(fact);
  const named = createdAt ?? joinedAt;
  if (named === null) return fact;
  const isTold = clocks.isToldSince(key, receivedAt);
  // What a browser says to us is no bound where LiveKit has said what time it is.
  const thereUntil = witness?.(fact, isTold ? 'listed' : 'heard') ?? -Infinity;
  const earliestAt = Math.min(Math.max(madeAt, thereUntil), receivedAt);
  const bounds = { earliestAt, receivedAt };
  const { offsetMs, isKnown } = clocks.offsetOf(key, named, bounds);
  const isOlder = receivedAt - (named - offsetMs) > DELIVERED_WITHIN_MS;
  if (isTold && (!isKnown || isOlder)) clocks.doubtTime(key, receivedAt);
  const joinedOffsetMs =
    joinedAt === null
      ? offsetMs
      : clocks.offsetOf(key, joinedAt, { earliestAt: madeAt, receivedAt }).offsetMs;
  if (offsetMs === 0 && joinedOffsetMs === 0) return fact;
  const joined = joinedOffsetMs === offsetMs ? {} : { joinedOffsetMs };
  return {
    ...fact,
    occurredAt: Math.min(occurredAt(fact, offsetMs) ?? receivedAt, receivedAt),
    payload: { ...fact.payload, clockOffsetMs: offsetMs, ...joined },
  };
}
