import type { InLine } from '@latido/core';
import { sql } from 'kysely';
import { neverMetBy } from '../access/index.ts';
import { inACall } from '../calls/index.ts';
import { spendableOf } from '../ledger/index.ts';
import type { DbOrTx } from '../platform/index.ts';

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

/** What was read of changes. */
export interface Changed {
  /** Whose row may be another than it was. */
  readonly personIds: readonly string[];
  /** Those of them who are in line. */
  readonly line: readonly InLine[];
  /** Up to which transaction it is known now. */
  readonly horizon: Horizon;
}

/** Numbers travel as they are: a date for each instant of thousands of people would take longer than all else. */
type Row = Omit<InLine, 'blocked'> & { readonly blocked: string[] | null };

const columns = sql`w.person_id as "personId", w.side, w.ahead, w.silences, w.language, w.last_partner_id as "lastPartnerId",
  round(date_part('epoch', w.since) * 1000) as since, round(date_part('epoch', w.free_since) * 1000) as "freeSince",
  round(date_part('epoch', w.beat_at) * 1000) as "beatAt", w.max_price::float8 as "maxPrice", w.price::float8 as price,
  -- Who has no wallet yet has nothing. A row that says only the price is from before, until the next look.
  case when w.side = 'payer' then coalesce(${spendableOf(sql.ref('w.person_id'))}, 0)::float8 end as coins,
  coalesce(w.first_hold, w.price)::float8 as "firstHold", w.person_id in (select person_id from busy) as "isBusy",
  ${neverMetBy(sql.ref('w.person_id'))} as blocked`;

const horizon = sql`pg_snapshot_xmin(pg_current_snapshot())::text`;

/** Everybody in line, as core reads them. Who is in a call that matching did not make is busy, too. */
export async function readLine(db: DbOrTx): Promise<InLine[]> {
  const { rows } = await sql<Row>`
    with busy as (
      select e.person_id from matching.engaged e
      union
      select p.person_id from calls.call c join calls.call_person p on p.call_id = c.id
       where ${inACall}
    )
    select ${columns} from matching.waiting w where w.off is null`.execute(db);
  return rows.map(inLine);
}

/** The same of those whose rows may be others than they were; who of them is in line no more is not in it. */
export async function readChanged(db: DbOrTx, { since, personIds, callIds }: Changes): Promise<Changed> {
  // An array of few, not a join: whoever is looked for in a table of all calls is found by its index.
  const changed = sql`any(array(select person_id from changed))`;
  const { rows } = await sql<Row & { changedId: string | null; horizon: Horizon }>`
    with changed as materialized (
      select w.person_id from matching.waiting w where w.changed >= ${since}::text::xid8
      union select unnest(${[...personIds]}::text[])
      union select p.person_id from calls.call_person p where p.call_id = any(${[...callIds]}::text[])
    ), busy as materialized (
      select e.person_id from matching.engaged e where e.person_id = ${changed}
      union
      select p.person_id from calls.call_person p join calls.call c on c.id = p.call_id where p.person_id = ${changed} and ${inACall}
    )
    select c.person_id as "changedId", h.horizon, ${columns}
      from (select ${horizon} as horizon) h left join changed c on true
      left join matching.waiting w on w.person_id = c.person_id and w.person_id = ${changed} and w.off is null`.execute(
    db,
  );
  return {
    personIds: rows.flatMap(({ changedId }) => changedId ?? []),
    line: rows.flatMap(({ changedId: _id, horizon: _horizon, ...row }) =>
      row.personId === null ? [] : inLine(row),
    ),
    horizon: rows[0]?.horizon ?? since,
  };
}

/** Up to which transaction whoever reads from now on sees all. */
export async function horizonNow(db: DbOrTx): Promise<Horizon> {
  const { rows } = await sql<{ horizon: string }>`select ${horizon} as horizon`.execute(db);
  return rows[0]?.horizon ?? '0';
}

const inLine = ({ blocked, ...row }: Row): InLine => ({ ...row, blocked: blocked ?? [] });
