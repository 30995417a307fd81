import { FOLD_EDITION, type Evidence } from '@latido/core';
import { sql } from 'kysely';
import type { Db, Tx } from '../platform/index.ts';
import { followerCursor } from '../platform/index.ts';
import { evidenceInLog, PRESENCE, readScope, scopesIn } from './follow.ts';
import { COLUMNS, columnsOf, storedOfScopes, type ScopeKey, type StoredReading } from './fold-store.ts';
import { foldedBy } from './folded.ts';
import { factsKeptFrom } from './trim-facts.ts';

/** Identities in rooms that are looked at in one transaction. */
const SCOPES_AT_ONCE = 300;
/** Sids of the log of which there is no interval, likewise. */
const SIDS_AT_ONCE = 1_000;

/** A stay that is not what its facts say, in the shape of the ledger's differences. */
export interface IntervalDifference {
  /**
   * `interval.leftAt` and the like; `interval.facts`: there are none, or they cannot be read; `interval.missing`; `interval.edition`: so
   * many stays were read by an earlier edition of the fold.
   */
  readonly what: string;
  /** The participant sid. */
  readonly id: string;
  readonly expected: string;
  readonly found: string;
}

/**
 * Folds the facts that are kept anew and compares what comes of them with the intervals that are stored (PRES-R41). Each page is one
 * snapshot of the database, up to where the fold had read the log in it: a server may run meanwhile. What waits to be folded since it
 * stuck is no difference, and stays whose facts were forgotten are what they were.
 */
export async function* auditIntervals(db: Db): AsyncGenerator<IntervalDifference> {
  const edition = await foldedBy(db);
  if (edition === null || edition === FOLD_EDITION) return yield* differencesIn(db);
  // Whoever writes another edition gets no clean audit by it either: the rebuild that it asks for reads the facts.
  const otherwise = new Set<string>();
  for await (const difference of differencesIn(db)) {
    if (difference.what === 'interval.facts') yield difference;
    else otherwise.add(difference.id);
  }
  if (otherwise.size > 0)
    yield {
      what: 'interval.edition',
      id: `${otherwise.size} stays`,
      expected: `${FOLD_EDITION}`,
      found: `${edition}: folded by another version of Latido, run npx latido rebuild`,
    };
}

async function* differencesIn(db: Db): AsyncGenerator<IntervalDifference> {
  let after: ScopeKey | null = null;
  do {
    const page: Page<ScopeKey> = await snapshot(db, (tx) => scopesAfter(tx, after));
    yield* page.differences;
    after = page.last;
  } while (after !== null);
  let afterSid: string | null = '';
  do {
    const page: Page<string> = await snapshot(db, (tx) => strangersAfter(tx, afterSid ?? ''));
    yield* page.differences;
    afterSid = page.last;
  } while (afterSid !== null);
}

interface Page<K> {
  /** Where the next one goes on; null where there is none. */
  readonly last: K | null;
  readonly differences: readonly IntervalDifference[];
}

function snapshot<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().setIsolationLevel('repeatable read').execute(work);
}

async function scopesAfter(tx: Tx, after: ScopeKey | null): Promise<Page<ScopeKey>> {
  const { rows: scopes } = await sql<ScopeKey>`
    select room_name as "roomName", identity from presence.interval
     where (room_name, identity) > (${after?.roomName ?? ''}, ${after?.identity ?? ''})
     group by room_name, identity order by room_name, identity limit ${SCOPES_AT_ONCE}`.execute(tx);
  const stored = new Map(
    (await storedOfScopes(tx, scopes)).map((reading) => [reading.participantSid, reading]),
  );
  const folded = await foldedAnew(tx, [...stored.keys()]);
  const keptFrom = await factsKeptFrom(tx);
  const differences: IntervalDifference[] = [];
  const evidences: Evidence[] = [];
  for (const [sid, reading] of stored) {
    const evidence = folded.get(sid);
    if (evidence === undefined) continue;
    if (evidence === 'none' && !isForgotten(reading, keptFrom)) {
      differences.push(noFacts(sid, 'none'));
      continue;
    }
    if (evidence instanceof Error) differences.push(noFacts(sid, evidence.message));
    // One whose facts are gone, or cannot be read, still says when those after it came.
    evidences.push(evidence === 'none' || evidence instanceof Error ? reading.evidence : evidence);
  }
  differences.push(...differencesOf(evidences, stored));
  return { last: scopes.at(-1) ?? null, differences };
}

/** Sids of which something is told, and no interval is stored. */
async function strangersAfter(tx: Tx, after: string): Promise<Page<string>> {
  const { rows } = await sql<{ sid: string }>`
    select distinct p.participant_sid as sid from presence.place p
     where p.participant_sid > ${after}
       and not exists (select from presence.interval i where i.participant_sid = p.participant_sid)
     order by 1 limit ${SIDS_AT_ONCE}`.execute(tx);
  const sids = rows.map(({ sid }) => sid);
  const evidences = [...(await foldedAnew(tx, sids)).values()];
  const differences = evidences.flatMap((evidence): IntervalDifference[] => {
    if (evidence === 'none' || evidence instanceof Error) return [];
    const read = readScope([evidence])[0];
    return read === undefined
      ? []
      : [
          {
            what: 'interval.missing',
            id: evidence.participantSid,
            expected: read.interval.state,
            found: 'none',
          },
        ];
  });
  return { last: sids.at(-1) ?? null, differences };
}

/** Whether its facts were so old that they may be gone. */
function isForgotten({ columns }: StoredReading, keptFrom: number | null): boolean {
  const leftAt = (JSON.parse(columns) as unknown[])[COLUMNS.indexOf('leftAt')];
  return keptFrom !== null && typeof leftAt === 'number' && leftAt < keptFrom;
}

function noFacts(id: string, found: string): IntervalDifference {
  return { what: 'interval.facts', id, expected: 'facts', found };
}

/** What the log says of some sids, as far as the fold has read it. Those that wait to be folded are left out. */
async function foldedAnew(tx: Tx, sids: readonly string[]): Promise<Map<string, Evidence | 'none' | Error>> {
  const upTo = await followerCursor(tx, PRESENCE);
  const { rows } = await sql<{ key: string }>`
    select key from platform.stuck where stage = ${PRESENCE}`.execute(tx);
  const stuck = new Set(rows.map(({ key }) => key));
  const asked = sids.filter((sid) => !stuck.has(sid));
  return new Map(await evidenceInLog(tx, asked, upTo));
}

function differencesOf(
  evidences: readonly Evidence[],
  stored: ReadonlyMap<string, StoredReading>,
): IntervalDifference[] {
  return scopesIn(evidences)
    .flatMap(readScope)
    .flatMap(({ interval }) => {
      const wanted = columnsOf(interval);
      const had = stored.get(interval.participantSid)?.columns;
      return had === undefined || had === wanted
        ? []
        : columnsThatDiffer(interval.participantSid, wanted, had);
    });
}

function columnsThatDiffer(id: string, wanted: string, had: string): IntervalDifference[] {
  const [expected, found] = [JSON.parse(wanted), JSON.parse(had)] as [unknown[], unknown[]];
  return COLUMNS.flatMap((column, at) => {
    const [one, other] = [JSON.stringify(expected[at]), JSON.stringify(found[at])];
    return one === other ? [] : [{ what: `interval.${column}`, id, expected: one, found: other }];
  });
}
