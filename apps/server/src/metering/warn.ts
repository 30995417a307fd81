import { sql, type RawBuilder } from 'kysely';
import { callById } from '../calls/index.ts';
import { notifyAll, type NewNotice } from '../inbox/index.ts';
import type { Clock, Db, DbOrTx, Tx } from '../platform/index.ts';

/** How long before the balance ends its payer is told. */
export const WARN_MS: readonly number[] = [120_000, 60_000, 30_000, 10_000];

/** A step of the balance's end that has been reached. */
interface LowBalance {
  readonly callId: string;
  readonly payerId: string;
  readonly meterId: string;
  readonly finalAt: Date;
  /** The step: 120, 60, 30 or 10 s before `finalAt`. */
  readonly stepMs: number;
  /** What is left, at the instant that was asked for. */
  readonly leftMs: number;
}

interface Row {
  callId: string;
  payerId: string;
  meterId: string;
  finalAt: Date;
  stepMs: bigint;
  leftMs: bigint;
}

/**
 * Tells payers that their balance ends soon, in the transaction that marks the step.
 *
 * @returns who was told
 */
export async function warnPayers(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  now: Date,
): Promise<string[]> {
  if (!(await isAnyLow(db, now))) return [];
  return await db.transaction().execute(async (tx) => {
    const notices: NewNotice[] = [];
    for (const step of await lowBalanceSteps(tx, now)) notices.push(await noticeOf(tx, step));
    return await notifyAll(tx, notices, clock);
  });
}

async function noticeOf(db: DbOrTx, step: LowBalance): Promise<NewNotice> {
  const { callId, payerId, meterId, finalAt, stepMs, leftMs } = step;
  const call = await callById(db, callId);
  return {
    recipientId: payerId,
    dedupKey: `low:${meterId}:${finalAt.getTime()}:${stepMs}`,
    type: 'call.low_balance',
    payload: { callId, roomName: call?.roomName ?? '', finalAt: finalAt.toISOString(), leftMs },
  };
}

/** Running meters whose end is near, with what is left of each until then; at most ticks there is none. */
const nearlyOut = (now: Date): RawBuilder<unknown> => sql`
  select id, (extract(epoch from final_at - ${now}::timestamptz) * 1000)::bigint as left_ms from metering.meter
   where final_at is not null and settled_at is null and closing_at is null and final_at > ${now}::timestamptz
     and final_at <= ${new Date(now.getTime() + Math.max(...WARN_MS))}::timestamptz`;

async function isAnyLow(db: Db, now: Date): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    with left_over as (${nearlyOut(now)})
    select exists (select from metering.meter m join left_over l on l.id = m.id
      where m.warned_ms is null or ${stepOf(sql`l.left_ms`)} < m.warned_ms) as "any"`.execute(db);
  return rows[0]?.any ?? false;
}

/**
 * Marks the steps that running meters have reached and gives them: each once for a final instant. Where several were
 * passed at once, only the nearest is told. Meters are locked by id, as everywhere; one that somebody else has is told by
 * the next tick.
 */
async function lowBalanceSteps(tx: Tx, now: Date): Promise<LowBalance[]> {
  const { rows: locked } = await sql<{ id: string }>`
    with left_over as (${nearlyOut(now)})
    select m.id from metering.meter m join left_over l on l.id = m.id
     where m.warned_ms is null or ${stepOf(sql`l.left_ms`)} < m.warned_ms
     order by m.id for update of m skip locked`.execute(tx);
  if (locked.length === 0) return [];
  const { rows } = await sql<Row>`
    with left_over as (
      select id, (extract(epoch from final_at - ${now}::timestamptz) * 1000)::bigint as left_ms from metering.meter
       where id = any(${locked.map(({ id }) => id)}::text[]) and final_at > ${now}::timestamptz
         and settled_at is null and closing_at is null
    ), step as (
      select l.*, ${stepOf(sql`l.left_ms`)} as step_ms from left_over l
    )
    update metering.meter m set warned_ms = s.step_ms from step s
     where m.id = s.id and (m.warned_ms is null or s.step_ms < m.warned_ms)
    returning m.call_id as "callId", m.payer_id as "payerId", m.id as "meterId", m.final_at as "finalAt",
              s.step_ms as "stepMs", s.left_ms as "leftMs"`.execute(tx);
  return rows.map((row) => ({ ...row, stepMs: Number(row.stepMs), leftMs: Number(row.leftMs) }));
}

/** The step that so much time before the end has reached. */
function stepOf(leftMs: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select min(s) from unnest(${[...WARN_MS]}::bigint[]) s where s >= ${leftMs})`;
}
