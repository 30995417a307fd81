import { EarnedHours, EarnedHoursQuery } from '@latido/protocol';
import { sql } from 'kysely';
import type { App, DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { earningsOf } from './accounts.ts';
import { OUT_OF_TURN_MS } from './earned.ts';
import type { LedgerDeps } from './routes.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;
/** A day further back is on the statement; its hours are not worth reading all that came since. */
const MOST_BACK_MS = 31 * HOURS * HOUR_MS;
/** So many entries are read at once, newest first. */
const PAGE = 2_000;

/** `GET /api/v1/earnings/hours`. */
export function earnedHoursRoute(app: App, { access, clock, db, lastTick }: LedgerDeps): void {
  const schema = {
    tags: ['ledger'],
    summary: 'What each hour of a day brought you',
    description:
      'The 24 hours from `from` on, a month back at most; without it, up to now. Shares of calls in the hour in which their unit fell due, less what was given back of them.',
    querystring: EarnedHoursQuery,
    response: { 200: EarnedHours },
  };
  app.get('/api/v1/earnings/hours', { schema }, async (request) => {
    const { personId } = await access.require(request);
    const { from } = request.query;
    const fromAt = from === undefined ? clock.now() - HOURS * HOUR_MS : Date.parse(from);
    if (fromAt < clock.now() - MOST_BACK_MS)
      throw problem('request.invalid', 'from is more than 31 days ago.');
    await lastTick({ personId });
    const account = await earningsOf(db, personId);
    const coins = account
      ? await earnedByHour(db, { accountId: account.accountId, fromAt })
      : Array.from({ length: HOURS }, () => 0n);
    return {
      hours: coins.map((each, hour) => ({
        startsAt: new Date(fromAt + hour * HOUR_MS).toISOString(),
        coins: Number(each),
      })),
    };
  });
}

/**
 * Coins of each of 24 hours from an instant on (LEDGER-15). What was taken back counts in the hour of the charge that it takes back, and a
 * payout in none. The account is read backwards, as far as that day.
 */
export async function earnedByHour(
  db: DbOrTx,
  { accountId, fromAt, page = PAGE }: { accountId: string; fromAt: number; page?: number },
): Promise<bigint[]> {
  const coins = Array.from({ length: HOURS }, () => 0n);
  for (let before: bigint | null = null; ;) {
    const rows: readonly HourRow[] = await hoursOfPage(db, { accountId, before, page, fromAt });
    for (const row of rows) {
      const was = row.hour === null ? undefined : coins[row.hour];
      if (row.hour !== null && was !== undefined) coins[row.hour] = was + row.coins;
    }
    const read = rows.reduce((sum, { entries }) => sum + entries, 0);
    const oldestAt = Math.min(...rows.map(({ oldestAt: at }) => at.getTime()));
    if (read < page || oldestAt < fromAt - OUT_OF_TURN_MS) return coins;
    before = rows.reduce(
      (least, { oldestNo }) => (oldestNo < least ? oldestNo : least),
      rows[0]?.oldestNo ?? 0n,
    );
  }
}

interface HourRow {
  /** Null for entries that are none of an hour. */
  readonly hour: number | null;
  readonly coins: bigint;
  readonly entries: number;
  readonly oldestNo: bigint;
  readonly oldestAt: Date;
}

async function hoursOfPage(
  db: DbOrTx,
  of: { accountId: string; before: bigint | null; page: number; fromAt: number },
): Promise<HourRow[]> {
  const { rows } = await sql<HourRow>`
    select case when j.kind <> 'payout' then floor(extract(epoch from
             coalesce(o.occurred_at, j.occurred_at) - ${new Date(of.fromAt)}::timestamptz) / 3600)::int end as hour,
           sum(p.amount)::bigint as coins, count(*)::int as entries, min(p.journal_no) as "oldestNo", min(j.recorded_at) as "oldestAt"
      from (select * from ledger.posting
             where account_no = (select a.no from ledger.account a where a.id = ${of.accountId})
               and (${of.before}::bigint is null or journal_no < ${of.before}::bigint)
             order by journal_no desc limit ${of.page}) p
      join ledger.journal j on j.no = p.journal_no left join ledger.journal o on o.no = j.reverses_no group by 1`.execute(
    db,
  );
  return rows;
}
