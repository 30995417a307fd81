import type { Evidence, Fact } from '@latido/core';
import { absorb, noEvidence, resolve } from '@latido/core';
import type { Stage, Tx } from '../platform/index.ts';
import type { Scope, StoredInterval } from './store.ts';
import {
  factsOfSids,
  intervalColumns,
  roomEnds,
  siblingsOf,
  sidsOfRooms,
  storedOfSids,
  writeIntervals,
} from './store.ts';

/**
 * Folds facts into intervals. Reads of a sid only its own evidence and that of its siblings (the other sids of its
 * identity in its room), so that any batch size and any order end in the same rows.
 */
export const presenceStage: Stage<Fact> = { name: 'presence', apply: foldFacts };

async function foldFacts(tx: Tx, facts: Fact[]): Promise<void> {
  const upTo = facts.at(-1)?.seq ?? 0n;
  const sids = await touchedSids(tx, facts);
  if (sids.length === 0) return;
  const before = new Map(
    (await storedOfSids(tx, sids)).map((stored) => [stored.interval.participantSid, stored]),
  );
  const from = facts[0]?.seq ?? 0n;
  const touched = await absorbAll(tx, { facts, sids, from, upTo, before });
  const siblings = await siblingsOf(tx, scopesOf(touched), sids);
  for (const sibling of siblings) before.set(sibling.interval.participantSid, sibling);
  const evidences = new Map(siblings.map(({ evidence }) => [evidence.participantSid, evidence]));
  for (const evidence of touched) evidences.set(evidence.participantSid, evidence);
  const changed = readAll([...evidences.values()]).filter((stored) => differs(stored, before));
  if (changed.length > 0) await writeIntervals(tx, changed);
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
  readonly before: ReadonlyMap<string, StoredInterval>;
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

function readAll(evidences: readonly Evidence[]): StoredInterval[] {
  const bySid = new Map(evidences.map((evidence) => [evidence.participantSid, evidence]));
  const scopes = groupBy(evidences, ({ told }) => JSON.stringify([told.roomName?.[2], told.identity?.[2]]));
  return [...scopes.values()].flatMap((scope) =>
    resolve(scope).map((interval) => ({
      interval,
      evidence: bySid.get(interval.participantSid) ?? noEvidence(interval.participantSid),
    })),
  );
}

function differs(stored: StoredInterval, before: ReadonlyMap<string, StoredInterval>): boolean {
  const had = before.get(stored.interval.participantSid);
  return had === undefined || canonical(had) !== canonical(stored);
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

/** jsonb orders keys by its own mind. */
function canonical({ interval, evidence }: StoredInterval): string {
  return JSON.stringify([intervalColumns(interval), evidence], (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
