import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';
import { WARN_MS } from './warn.ts';

/** What there may be to do in a tick. */
export interface Work {
  /** Some meter runs, waits for its settlement, or has something to give back. */
  readonly any: boolean;
  /** A unit's instant has passed, or a call has ended. */
  readonly isDue: boolean;
  /** Some meter stands for want of coins. */
  readonly isStopped: boolean;
  /** Something is to be given back. */
  readonly isOwing: boolean;
  /** Some balance ends so soon that its payer is told. */
  readonly isEnding: boolean;
}

/** By the index of just these, before anybody has analysed the table, too: `exists` would look through all meters that ever were. */
const isOwing = sql`(select id from metering.meter where adjust_above is not null order by id limit 1) is not null`;

/** Looks what there is to do, in one statement: most ticks find nothing, and each step is a transaction. */
export async function workAt(db: DbOrTx, now: Date): Promise<Work> {
  const soon = new Date(now.getTime() + Math.max(...WARN_MS));
  const { rows } = await sql<Work>`
    select exists (select from metering.meter where settled_at is null)
             or ${isOwing} as "any",
           exists (select from metering.due where due_at <= ${now}::timestamptz)
             or exists (select from metering.meter where closing_at is not null and settled_at is null) as "isDue",
           exists (select from metering.meter
             where final_at is not null and settled_at is null and exhausted_at is not null) as "isStopped",
           ${isOwing} as "isOwing",
           exists (select from metering.meter where final_at is not null and settled_at is null
             and final_at <= ${soon}::timestamptz) as "isEnding"`.execute(db);
  return rows[0] ?? { any: false, isDue: false, isStopped: false, isOwing: false, isEnding: false };
}
