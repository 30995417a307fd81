import type { InLine } from '@latido/core';
import { sql } from 'kysely';
import { blocksAmong } from '../access/index.ts';
import { inACall } from '../calls/index.ts';
import { spendableOf } from '../ledger/index.ts';
import type { Db, DbOrTx } from '../platform/index.ts';

/** Up to which transaction a look has seen all that changed the line. */
export type Horizon = string;

/** Which rows may be others than they were. */
export interface Changes {
  /** All that was changed by a transaction which that look did not see. */
  readonly since: Horizon;
  /** These as well, whether they changed or not. */
  readonly personIds: readonly string[];
  /** And the people of these calls. */
  readonly callIds: readonly string[];
}

/** Numbers travel as they are: a date for each instant of thousands of people would take longer than all else. */
type Row = Omit<InLine, 'blocked'>;

const columns = sql`w.person_id as "personId", w.side, w.ahead, w.silences, w.language, w.last_partner_id as "lastPartnerId",
  round(date_part('epoch', w.since) * 1000) as since, round(date_part('epoch', w.free_since) * 1000) as "freeSince",
  round(date_part('epoch', w.beat_at) * 1000) as "beatAt", w.max_price::float8 as "maxPrice", w.price::float8 as price,
  -- Who has no wallet yet has nothing. A row that says only the price is from before, until the next look.
  case when w.side = 'payer' then coalesce(${spendableOf(sql.ref('w.person_id'))}, 0)::float8 end as coins,
  coalesce(w.first_hold, w.price)::float8 as "firstHold"`;

/** Everybody in line, as core reads them. Who is in a call that matching did not make is busy, too. */
export async function readLine(db: DbOrTx): Promise<InLine[]> {
  const { rows } = await sql<Row>`
    with busy as (
      select e.person_id from matching.engaged e
      union
      select p.person_id from calls.call c join calls.call_person p on p.call_id = c.id
       where ${inACall}
    )
    select ${columns}, w.person_id in (select person_id from busy) as "isBusy"
    from matching.waiting w where w.off is null`.execute(db);
  const blocked = await blocksAmong(
    db,
    rows.map(({ personId }) => personId),
  );
  return withBlocks(rows, blocked);
}

/** The same of some; who of them is in line no more is not there. */
export async function readSome(db: Db, personIds: readonly string[]): Promise<InLine[]> {
  if (personIds.length === 0) return [];
  const reading = sql<Row>`
    with busy as materialized (
      select e.person_id from matching.engaged e where e.person_id = any(${[...personIds]}::text[])
      union
      select p.person_id from calls.call_person p join calls.call c on c.id = p.call_id
       where p.person_id = any(${[...personIds]}::text[])
         and ${inACall}
    )
    select ${columns}, w.person_id in (select person_id from busy) as "isBusy"
    from matching.waiting w where w.off is null and w.person_id = any(${[...personIds]}::text[])`.execute(db);
  const [{ rows }, blocked] = await Promise.all([reading, blocksAmong(db, personIds)]);
  return withBlocks(rows, blocked);
}

/** Whose row may be another than it was, and up to which transaction that is known now. */
export async function whoChanged(
  db: DbOrTx,
  { since, personIds, callIds }: Changes,
): Promise<{ personIds: string[]; horizon: Horizon }> {
  const { rows } = await sql<{ personId: string | null; horizon: string }>`
    select c.person_id as "personId", h.horizon
      from (select pg_snapshot_xmin(pg_current_snapshot())::text as horizon) h left join (
        select w.person_id from matching.waiting w where w.changed >= ${since}::text::xid8
        union select unnest(${[...personIds]}::text[])
        union select p.person_id from calls.call_person p where p.call_id = any(${[...callIds]}::text[])) c on true`.execute(
    db,
  );
  return {
    personIds: rows.flatMap(({ personId }) => personId ?? []),
    horizon: rows[0]?.horizon ?? since,
  };
}

/** Up to which transaction whoever reads from now on sees all. */
export async function horizonNow(db: DbOrTx): Promise<Horizon> {
  const { rows } = await sql<{
    horizon: string;
  }>`select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(db);
  return rows[0]?.horizon ?? '0';
}

const withBlocks = (rows: readonly Row[], blocked: ReadonlyMap<string, string[]>): InLine[] =>
  rows.map((row) => ({ ...row, blocked: blocked.get(row.personId) ?? [] }));
