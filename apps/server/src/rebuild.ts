import type { Fact } from '@latido/core';
import { sql } from 'kysely';
import { callsStage } from './calls/index.ts';
import { rebuildMeters } from './metering/index.ts';
import {
  memoryHints,
  rewindFollowers,
  startFollowers,
  systemClock,
  type Config,
  type Database,
  type Log,
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

/**
 * Drops what is derived and folds the facts again: intervals, calls, units. Entries of the ledger stay, because a unit
 * that was charged is known by its key; notices stay, because they were told; so does what is older than the facts that are kept. A rebuild that is killed is finished by
 * the next start, whose followers go on from where it stood.
 */
export async function rebuild(options: { database: Database; config: Config; log: Log }): Promise<Rebuilt> {
  const { database, config, log } = options;
  const { db } = database;
  const hints = memoryHints(log);
  const stages = [presenceStage, callsStage({ graceMs: config.graceMs, hints })];
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
    read: readFacts,
  });
  await followers.caughtUp();
  await followers.close();
  await hints.close();
  const meters = await rebuildMeters(db);
  const { rows } = await sql<{ facts: bigint; intervals: bigint }>`
    select (select count(*) from presence.fact) as facts, (select count(*) from presence.interval) as intervals`.execute(
    db,
  );
  return {
    facts: Number(rows[0]?.facts),
    intervals: Number(rows[0]?.intervals),
    meters,
    keptFrom: await factsKeptFrom(db),
  };
}
