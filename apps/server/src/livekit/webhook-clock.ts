import type { ClockWord, NewFact } from '@latido/core';
import { clockWord } from '@latido/core';
import type { Db } from '../platform/index.ts';
import type { ClaimedRoom, LivekitClocks } from '../presence/index.ts';
import { claimedRooms, keepClock, keptClocks } from '../presence/index.ts';
import { instant, record } from './webhook-fact.ts';

/** An offset that has moved by so much is kept for the next start. */
const KEEP_FROM_MS = 1_000;
/** Rooms whose calls are remembered. */
const ROOMS_MAX = 5_000;

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

type Call = Pick<ClaimedRoom, 'room' | 'alias' | 'from' | 'isOpen'> | null;

/** Reads LiveKit's clock out of webhooks; what calls the rooms were made for is asked once a room. */
export function createWebhookClock({ db, clocks }: { db: Db; clocks: LivekitClocks }): WebhookClock {
  const callOf = new Map<string, Call>();
  const learn = async (facts: readonly SignedFact[]): Promise<void> => {
    const names = facts.map(({ fact }) => fact.roomName).filter((name) => name !== '' && !callOf.has(name));
    if (names.length === 0) return;
    const claimed = await claimedRooms(db, names);
    for (const name of names) callOf.set(name, claimed.get(name) ?? null);
    for (const name of callOf.keys()) {
      if (callOf.size <= ROOMS_MAX) break;
      callOf.delete(name);
    }
  };
  /** The offsets that are kept, of the LiveKits that have been heard since the start. */
  const kept = new Map<string, number>();
  const recall = async (keys: readonly string[]): Promise<void> => {
    const missing = keys.filter((key) => !kept.has(key));
    if (missing.length === 0) return;
    for (const clock of await keptClocks(db, missing)) {
      clocks.recall(clock.key, clock);
      kept.set(clock.key, clock.offsetMs);
    }
    for (const key of missing) if (!kept.has(key)) kept.set(key, 0);
  };
  const keep = async (keys: readonly string[], heardAt: Date): Promise<void> => {
    for (const key of keys) {
      const offsetMs = clocks.offsetMs(key);
      if (Math.abs(offsetMs - (kept.get(key) ?? 0)) < KEEP_FROM_MS) continue;
      await keepClock(db, { key, offsetMs, heardAt });
      kept.set(key, offsetMs);
    }
  };
  return {
    async corrected(facts) {
      await learn(facts);
      const keys = [...new Set(facts.map(({ key }) => key))];
      await recall(keys);
      for (const { fact, key } of facts) {
        const word = wordOf(fact, callOf.get(fact.roomName) ?? null);
        if (word !== null) clocks.hear(key, word);
      }
      const [first] = facts;
      if (first) await keep(keys, new Date(first.fact.receivedAt));
      return facts.map(({ fact, key }) => correct(fact, clocks.offsetMs(key)));
    },
  };
}

function wordOf({ payload, receivedAt }: NewFact, call: Call): ClockWord | null {
  const participant = record(payload['participant']);
  const room = record(payload['room']);
  const said = {
    createdAt: instant(payload['createdAt'], 1000),
    joinedAt: instant(participant['joinedAtMs'], 1) ?? instant(participant['joinedAt'], 1000),
    roomMadeAt: instant(room['creationTimeMs'], 1) ?? instant(room['creationTime'], 1000),
  };
  // People may have sat in a room of that name before, where a call has none of its own.
  const own = call !== null && call.room !== call.alias ? call : null;
  return clockWord(said, {
    receivedAt,
    call: own && { createdAt: own.from.getTime(), isOpen: own.isOpen },
  });
}

/** What LiveKit itself said stays in the payload; how far it was off stands beside it, for whoever reads that. */
function correct(fact: NewFact, offsetMs: number): NewFact {
  // One that named no time is of when it came.
  const isNamed = fact.occurredAt !== fact.receivedAt;
  if (offsetMs === 0 || !isNamed) return fact;
  const payload = { ...fact.payload, clockOffsetMs: offsetMs };
  return { ...fact, occurredAt: Math.min(fact.occurredAt - offsetMs, fact.receivedAt), payload };
}
