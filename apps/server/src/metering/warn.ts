import { sql } from 'kysely';
import { callById } from '../calls/index.ts';
import { notifyAll, type NewNotice } from '../inbox/index.ts';
import type { Clock, Db, DbOrTx } from '../platform/index.ts';

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

/**
 * Marks the steps that running meters have reached and gives them: each once for a final instant. Where several were
 * passed at once, only the nearest is told.
 */
async function lowBalanceSteps(db: DbOrTx, now: Date): Promise<LowBalance[]> {
  const { rows } = await sql<Row>`
    with left_over as (
      select id, final_at, (extract(epoch from final_at - ${now}::timestamptz) * 1000)::bigint as left_ms
        from metering.meter
       where final_at is not null and settled_at is null and closing_at is null
         and final_at > ${now}::timestamptz
         and final_at <= ${new Date(now.getTime() + Math.max(...WARN_MS))}::timestamptz
    ), step as (
      select l.*, (select min(s) from unnest(${[...WARN_MS]}::bigint[]) s where s >= l.left_ms) as step_ms from left_over l
    )
    update metering.meter m set warned_ms = s.step_ms from step s
     where m.id = s.id and (m.warned_ms is null or s.step_ms < m.warned_ms)
    returning m.call_id as "callId", m.payer_id as "payerId", m.id as "meterId", m.final_at as "finalAt",
              s.step_ms as "stepMs", s.left_ms as "leftMs"`.execute(db);
  return rows.map((row) => ({ ...row, stepMs: Number(row.stepMs), leftMs: Number(row.leftMs) }));
}
