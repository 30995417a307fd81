import type { Evidence, Fact, Interval } from '@latido/core';
import { absorb, noEvidence, resolve } from '@latido/core';
import type { Stage, Tx } from '../platform/index.ts';
import type { NewReading, Scope, StoredReading } from './fold-store.ts';
import {
  columnsOf,
  factsOfSids,
  roomEnds,
  siblingsOf,
  sidsOfRooms,
  storedOfSids,
  writeReadings,
} from './fold-store.ts';

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
  let latest: Omit<Folded, 'facts'> = { sids: [], intervals: [] };
  return {
    name: PRESENCE,
    async apply(tx, facts) {
      latest = await foldFacts(tx, facts);
    },
    committed: (facts) => folded?.({ facts, ...latest }),
  };
}

/** The fold alone. */
export const presenceStage: Stage<Fact> = followPresence();

async function foldFacts(tx: Tx, facts: Fact[]): Promise<Omit<Folded, 'facts'>> {
  const upTo = facts.at(-1)?.seq ?? 0n;
  const sids = await touchedSids(tx, facts);
  if (sids.length === 0) return { sids, intervals: [] };
  const before = new Map((await storedOfSids(tx, sids)).map((stored) => [stored.participantSid, stored]));
  const from = facts[0]?.seq ?? 0n;
  const touched = await absorbAll(tx, { facts, sids, from, upTo, before });
  const siblings = await siblingsOf(tx, scopesOf(touched), sids);
  for (const sibling of siblings) before.set(sibling.participantSid, sibling);
  const evidences = new Map(siblings.map(({ evidence }) => [evidence.participantSid, evidence]));
  for (const evidence of touched) evidences.set(evidence.participantSid, evidence);
  const readings = readAll([...evidences.values()]);
  const changed = readings.filter((reading) => differs(reading, before));
  if (changed.length > 0) await writeReadings(tx, changed);
  return { sids: [...evidences.keys()], intervals: readings.map(({ interval }) => interval) };
}

async function touchedSids(tx: Tx, facts: readonly Fact[]): Promise<string[]> {
  const ended = facts.flatMap((fact) => (fact.type === 'room_finished' ? (fact.roomSid ?? []) : []));
  const inside = ended.length === 0 ? [] : await sidsOfRooms(tx, ended);
  return [...new Set([...facts.flatMap((fact) => fact.participantSid ?? []), ...inside])];
}

interface Batch {
  readonly facts: readonly Fact[];
  readonly sids: readonly string[];
  /** The place of the batch in the log: it holds all facts from here to there. */
  readonly from: bigint;
  readonly upTo: bigint;
  readonly before: ReadonlyMap<string, StoredReading>;
}

/** A sid without a row takes all its facts from the log: some may have come before anything proved that it joined. */
async function absorbAll(tx: Tx, { facts, sids, from, upTo, before }: Batch): Promise<Evidence[]> {
  const fresh = sids.filter((sid) => !before.has(sid));
  const earlier = fresh.length === 0 ? [] : await factsOfSids(tx, fresh, from);
  const bySid = groupBy([...earlier, ...facts], (fact) => fact.participantSid);
  const evidences = sids.map((sid) =>
    (bySid.get(sid) ?? []).reduce(absorb, before.get(sid)?.evidence ?? noEvidence(sid)),
  );
  const rooms = [...new Set(evidences.flatMap((evidence) => evidence.told.roomSid?.[2] ?? []))];
  const ends = groupBy(await roomEnds(tx, rooms, upTo), (fact) => fact.roomSid);
  return evidences.map((evidence) =>
    (ends.get(evidence.told.roomSid?.[2] ?? '') ?? []).reduce(absorb, evidence),
  );
}

function scopesOf(evidences: readonly Evidence[]): Scope[] {
  const scopes = new Map<string, Scope>();
  for (const interval of evidences.flatMap((evidence) => resolve([evidence]))) {
    const { roomName, identity, joinedAt } = interval;
    const key = JSON.stringify([roomName, identity]);
    const fromAt = Math.min(scopes.get(key)?.fromAt ?? Infinity, joinedAt);
    scopes.set(key, { roomName, identity, fromAt });
  }
  return [...scopes.values()];
}

function readAll(evidences: readonly Evidence[]): NewReading[] {
  const bySid = new Map(evidences.map((evidence) => [evidence.participantSid, evidence]));
  const scopes = groupBy(evidences, ({ told }) => JSON.stringify([told.roomName?.[2], told.identity?.[2]]));
  return [...scopes.values()].flatMap((scope) =>
    resolve(scope).map((interval) => ({
      interval,
      evidence: bySid.get(interval.participantSid) ?? noEvidence(interval.participantSid),
    })),
  );
}

/** What was absorbed keeps the order of what was stored: equal evidence is equal text. One write too many does no harm. */
function differs({ interval, evidence }: NewReading, before: ReadonlyMap<string, StoredReading>): boolean {
  const had = before.get(interval.participantSid);
  if (had === undefined || had.columns !== columnsOf(interval)) return true;
  return had.evidence !== evidence && JSON.stringify(had.evidence) !== JSON.stringify(evidence);
}

function groupBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}
