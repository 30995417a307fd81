import type { Fact } from '@latido/core';
import { sql } from 'kysely';
import { callsStage } from './calls/index.ts';
import { rebuildMeters } from './metering/index.ts';
import {
  memoryHints,
  rewindFollowers,
  startFollowers,
  systemClock,
  type AfterCommit,
  type Config,
  type Database,
  type Db,
  type Log,
  type Stage,
} from './platform/index.ts';
import { FACT_LOG, factsKeptFrom, forgetIntervals, presenceStage, readFacts } from './presence/index.ts';

/** What a rebuild folded. */
export interface Rebuilt {
  facts: number;
  intervals: number;
  meters: number;
  /** From when on facts were there to be folded (epoch ms): what is older stands as it was. Null: all that ever came. */
  keptFrom: number | null;
}

/** How far a rebuild is: facts first, then meters. */
export interface RebuildStep {
  what: 'facts' | 'meters';
  done: number;
  total: number;
}

/**
 * Drops what is derived and folds the facts again: intervals, calls, units. Entries of the ledger stay, because a unit
 * that was charged is known by its key; notices stay, because they were told; so does what is older than the facts that are kept. A rebuild that is killed is finished by
 * the next start, whose followers go on from where it stood. `told` hears of each batch: of millions of facts nobody waits in the dark.
 */
export async function rebuild(options: {
  database: Database;
  config: Config;
  log: Log;
  told?: (step: RebuildStep) => void;
}): Promise<Rebuilt> {
  const { database, config, log, told = () => undefined } = options;
  const { db } = database;
  const hints = memoryHints(log);
  const [first, last] = await endsOfLog(db);
  // By place and not by count: a server that goes on beside it folds as well.
  const passed = (seq: bigint): void =>
    told({ what: 'facts', done: Number(seq - first) + 1, total: Number(last - first) + 1 });
  const stages = [presenceStage, counting(callsStage({ graceMs: config.graceMs, hints }), passed)];
  await db.transaction().execute(async (tx) => {
    await rewindFollowers(
      tx,
      stages.map(({ name }) => name),
    );
    await forgetIntervals(tx);
  });
  const followers = startFollowers<Fact>({
    db,
    hints,
    log,
    clock: systemClock,
    stages,
    topic: FACT_LOG,
    read: readOnce(readFacts),
  });
  await followers.caughtUp();
  await followers.close();
  await hints.close();
  const meters = await rebuildMeters(db, (step) => told({ what: 'meters', ...step }));
  const { facts, intervals } = await countAll(db);
  return {
    facts: Number(facts),
    intervals: Number(intervals),
    meters,
    keptFrom: await factsKeptFrom(db),
  };
}

/** Pages of the log that wait for the stage behind: those of two batches, which is more than it is behind by mostly. */
const PAGES_MOST = 8;

/** Reads each page of the log once for both stages: the one that is behind takes those that the other had. */
function readOnce(read: typeof readFacts): typeof readFacts {
  const pages = new Map<string, Fact[]>();
  return async (db, ...place) => {
    const [after, upTo, limit] = place;
    const key = `${after} ${limit}`;
    const had = pages.get(key);
    pages.delete(key);
    if (had !== undefined && (had.at(-1)?.seq ?? upTo) <= upTo) return had;
    const facts = await read(db, ...place);
    // What comes next to a page that is not full is not known yet.
    if (had === undefined && facts.length === limit) pages.set(key, facts);
    const [oldest] = pages.keys();
    if (pages.size > PAGES_MOST && oldest !== undefined) pages.delete(oldest);
    return facts;
  };
}

/** The stage, and up to where each of its batches came. */
function counting(stage: Stage<Fact>, passed: (seq: bigint) => void): Stage<Fact> {
  return {
    ...stage,
    async apply(tx, facts): Promise<AfterCommit> {
      const after = await stage.apply(tx, facts);
      return () => {
        after?.();
        passed(facts.at(-1)?.seq ?? 0n);
      };
    },
  };
}

async function endsOfLog(db: Db): Promise<[first: bigint, last: bigint]> {
  const { rows } = await sql<{ first: bigint; last: bigint }>`
    select coalesce(min(seq), 0) as first, coalesce(max(seq), 0) as last from presence.fact`.execute(db);
  return [rows[0]?.first ?? 0n, rows[0]?.last ?? 0n];
}

interface Counts {
  facts: bigint;
  intervals: bigint;
}

async function countAll(db: Db): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select (select count(*) from presence.fact) as facts, (select count(*) from presence.interval) as intervals`.execute(
    db,
  );
  return rows[0] ?? { facts: 0n, intervals: 0n };
}
