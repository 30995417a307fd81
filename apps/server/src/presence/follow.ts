import { setImmediate } from 'node:timers/promises';
import type { Evidence, Fact, Interval } from '@latido/core';
import { absorb, grouped, noEvidence, resolve } from '@latido/core';
import type { AfterCommit, DbOrTx, Stage, Tx } from '../platform/index.ts';
import type { NewReading, Scope, StoredReading } from './fold-store.ts';
import { noteFolding } from './folded.ts';
import { factsOfSids, roomEnds } from './read-facts.ts';
import { subjectOf } from './touched-calls.ts';
import { columnsOf, rowTextOf, siblingsOf, sidsOfRooms, storedOfSids, writeReadings } from './fold-store.ts';

/** Name of the stage, and of its cursor. */
export const PRESENCE = 'presence';

/** What a batch of facts was folded into. */
export interface Folded {
  readonly facts: readonly Fact[];
  /** All sids that were read anew. */
  readonly sids: readonly string[];
  /** Their intervals, of those that have one. */
  readonly intervals: readonly Interval[];
}

/**
 * Folds facts into intervals. Reads of a sid only its own evidence and that of its siblings (the other sids of its
 * identity in its room), so that any batch size and any order end in the same rows. What came of a batch is told after
 * its commit.
 */
export function followPresence(folded?: (what: Folded) => void): Stage<Fact> {
  let isNoted = false;
  const prepare = async (db: DbOrTx, facts: Fact[]): Promise<(tx: Tx) => Promise<AfterCommit>> => {
    const { changed, ...rest } = await foldFacts(db, facts);
    return async (tx) => {
      if (changed.length > 0) await writeReadings(tx, changed);
      if (!isNoted) await noteFolding(tx);
      return () => {
        isNoted = true;
        folded?.({ facts, ...rest });
      };
    };
  };
  return {
    name: PRESENCE,
    keyOf: subjectOf,
    prepare,
    apply: async (tx, facts) => (await prepare(tx, facts))(tx),
  };
}

/** The fold alone. */
export const presenceStage: Stage<Fact> = followPresence();

interface Fold extends Omit<Folded, 'facts'> {
  /** The rows to write, in JSON. */
  readonly changed: readonly string[];
}

/** How many sids are worked on at a time: in between, the thread and the database are there for others. */
const AT_ONCE = 500;

async function foldFacts(db: DbOrTx, facts: Fact[]): Promise<Fold> {
  const sids = await touchedSids(db, facts);
  const factsOf = grouped(facts, (fact) => fact.participantSid);
  const place = { from: facts[0]?.seq ?? 0n, upTo: facts.at(-1)?.seq ?? 0n };
  const before = new Map<string, StoredReading>();
  const evidences = new Map<string, Evidence>();
  await inParts(sids, async (some) => {
    for (const stored of await storedOfSids(db, some)) before.set(stored.participantSid, stored);
    const touched = await absorbAll(db, { factsOf, sids: some, ...place, before });
    for (const sibling of await siblingsOf(db, scopesOf(touched))) {
      // One of another part is touched as well: what is stored of it is the older word.
      if (evidences.has(sibling.participantSid)) continue;
      before.set(sibling.participantSid, sibling);
      evidences.set(sibling.participantSid, sibling.evidence);
    }
    for (const evidence of touched) evidences.set(evidence.participantSid, evidence);
  });
  const intervals: Interval[] = [];
  const changed: string[] = [];
  await inParts(scopesIn([...evidences.values()]), async (some) => {
    for (const reading of some.flatMap(readScope)) {
      intervals.push(reading.interval);
      if (differs(reading, before)) changed.push(rowTextOf(reading));
    }
  });
  return { sids: [...evidences.keys()], intervals, changed };
}

async function inParts<T>(all: readonly T[], work: (some: readonly T[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    if (from > 0) await setImmediate();
    await work(all.slice(from, from + AT_ONCE));
  }
}

async function touchedSids(db: DbOrTx, facts: readonly Fact[]): Promise<string[]> {
  const ended = facts.flatMap((fact) => (fact.type === 'room_finished' ? (fact.roomSid ?? []) : []));
  const inside = ended.length === 0 ? [] : await sidsOfRooms(db, ended);
  return [...new Set([...facts.flatMap((fact) => fact.participantSid ?? []), ...inside])];
}

interface Batch {
  readonly factsOf: ReadonlyMap<string | null, readonly Fact[]>;
  readonly sids: readonly string[];
  /** The place of the batch in the log: it holds all facts from here to there. */
  readonly from: bigint;
  readonly upTo: bigint;
  readonly before: ReadonlyMap<string, StoredReading>;
}

/** A sid without a row takes all its facts from the log: some may have come before anything proved that it joined. */
async function absorbAll(db: DbOrTx, { factsOf, sids, from, upTo, before }: Batch): Promise<Evidence[]> {
  const fresh = sids.filter((sid) => !before.has(sid));
  const earlier = grouped(await factsOfSids(db, fresh, from), (fact) => fact.participantSid);
  const evidences = sids.map((sid) =>
    [...(earlier.get(sid) ?? []), ...(factsOf.get(sid) ?? [])].reduce(
      absorb,
      before.get(sid)?.evidence ?? noEvidence(sid),
    ),
  );
  return await withRoomEnds(db, evidences, upTo);
}

/** With the ends of their rooms, which name no sid. */
async function withRoomEnds(db: DbOrTx, evidences: readonly Evidence[], upTo: bigint): Promise<Evidence[]> {
  const rooms = [...new Set(evidences.flatMap((evidence) => evidence.told.roomSid?.[2] ?? []))];
  const ends = grouped(await roomEnds(db, rooms, upTo), (fact) => fact.roomSid);
  return evidences.map((evidence) =>
    (ends.get(evidence.told.roomSid?.[2] ?? '') ?? []).reduce(absorb, evidence),
  );
}

/** What the whole log up to a place says of some sids, each for itself: 'none' where it has no fact of it, or why it cannot be read. */
export async function evidenceInLog(
  db: DbOrTx,
  sids: readonly string[],
  upTo: bigint,
): Promise<[sid: string, said: Evidence | 'none' | Error][]> {
  const facts = grouped(await factsOfSids(db, sids, upTo + 1n), (fact) => fact.participantSid);
  const told = new Map<string, Evidence | Error>();
  for (const [sid, ofSid] of facts) {
    if (sid === null) continue;
    try {
      told.set(sid, ofSid.reduce(absorb, noEvidence(sid)));
    } catch (error) {
      told.set(sid, error instanceof Error ? error : new Error(String(error)));
    }
  }
  const evidences = [...told.values()].filter((one): one is Evidence => !(one instanceof Error));
  for (const evidence of await withRoomEnds(db, evidences, upTo)) told.set(evidence.participantSid, evidence);
  return sids.map((sid) => [sid, told.get(sid) ?? 'none']);
}

function scopesOf(evidences: readonly Evidence[]): Scope[] {
  const intervals = evidences.flatMap((evidence) => resolve([evidence]));
  const scopes = grouped(intervals, ({ roomName, identity }) => JSON.stringify([roomName, identity]));
  return [...scopes.values()].map((same) => ({
    roomName: same[0]?.roomName ?? '',
    identity: same[0]?.identity ?? '',
    fromAt: Math.min(...same.map(({ joinedAt }) => joinedAt)),
    sids: same.map(({ participantSid }) => participantSid),
  }));
}

/** The evidences of each identity in its room, which are read together. */
export function scopesIn(evidences: readonly Evidence[]): Evidence[][] {
  return [
    ...grouped(evidences, ({ told }) => JSON.stringify([told.roomName?.[2], told.identity?.[2]])).values(),
  ];
}

/** The intervals of one identity in its room, each with what it was read from. */
export function readScope(scope: readonly Evidence[]): NewReading[] {
  const bySid = new Map(scope.map((evidence) => [evidence.participantSid, evidence]));
  return resolve(scope).map((interval) => ({
    interval,
    evidence: bySid.get(interval.participantSid) ?? noEvidence(interval.participantSid),
  }));
}

/** What was absorbed keeps the order of what was stored: equal evidence is equal text. One write too many does no harm. */
function differs({ interval, evidence }: NewReading, before: ReadonlyMap<string, StoredReading>): boolean {
  const had = before.get(interval.participantSid);
  if (had === undefined || had.columns !== columnsOf(interval)) return true;
  return had.evidence !== evidence && JSON.stringify(had.evidence) !== JSON.stringify(evidence);
}
