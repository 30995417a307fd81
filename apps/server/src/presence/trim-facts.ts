import { sql } from 'kysely';
import type { Db, DbOrTx, Job, Tx } from '../platform/index.ts';
import { FACT_LOG } from './append-facts.ts';
import { trimJob, type TrimDeps } from './trim-job.ts';

/** Facts that are looked at in one transaction: those who write the log do not wait for it. */
const AT_ONCE = 1_000;

/** What some facts are about. A call is one thing, with all that its people's sids say; so is a sid that is of no call. */
interface Subjects {
  readonly lastSeq: bigint | null;
  readonly calls: string[];
  readonly sids: string[];
}

/**
 * Forgets facts that came before an instant, of calls that had ended and stays that were over by then, each wholly or not at
 * all: what a rebuild would fold from a part of them would be wrong. Intervals stay, and all that was charged.
 *
 * @returns how many were forgotten
 */
export async function trimFacts(db: Db, before: Date): Promise<number> {
  let forgotten = 0;
  let after = 0n;
  for (;;) {
    const { lastSeq, calls, sids } = await oldSubjects(db, { after, before });
    if (lastSeq === null) return forgotten;
    forgotten += await db.transaction().execute(async (tx) => {
      const { gone, places } = await forget(tx, { calls, sids, upTo: lastSeq, after, before });
      if (gone === 0) return 0;
      await markForgotten(tx, before);
      await forgetPlaces(tx, places);
      return gone;
    });
    after = lastSeq;
  }
}

/** What the next facts are about; none where they are too young. What a stage has yet to read, or waits to be folded, is not old. */
async function oldSubjects(db: Db, { after, before }: { after: bigint; before: Date }): Promise<Subjects> {
  const { rows } = await sql<Subjects>`
    with next as (
      select seq, call_id, participant_sid, received_at from presence.fact_told
       where seq > ${after} and seq < coalesce((select min(seq) from platform.stuck), 9223372036854775807)
         and seq <= (select coalesce(min(seq), 0) from platform.follower where name in ('presence', 'calls'))
       order by seq limit ${AT_ONCE}
    )
    select case when bool_or(received_at < ${before}::timestamptz) then max(seq) end as "lastSeq",
           coalesce(array_agg(distinct call_id) filter (where call_id is not null), '{}') as calls,
           coalesce(array_agg(distinct participant_sid) filter (where participant_sid is not null), '{}') as sids
      from next`.execute(db);
  return rows[0] ?? { lastSeq: null, calls: [], sids: [] };
}

async function forget(
  tx: Tx,
  of: { calls: string[]; sids: string[]; upTo: bigint; after: bigint; before: Date },
): Promise<{ gone: number; places: string[] }> {
  const isYoung = (column: string) => sql`${sql.ref(column)} >= ${of.before}::timestamptz`;
  const { rows } = await sql<{ gone: number; places: string[] }>`
    with call as (
      select c.id from unnest(${of.calls}::text[]) c (id)
       where exists (select from presence.room_claim r where r.call_id = c.id)
         and not exists (select from presence.room_claim r where r.call_id = c.id and (r.to_at is null or ${isYoung('r.to_at')}))
         and not exists (select from presence.fact_told f where f.call_id = c.id and ${isYoung('f.received_at')})
    ), sid as (
      select i.participant_sid as id from call c join presence.interval i on i.call_id = c.id
      union
      select s.id from unnest(${of.sids}::text[]) s (id)
       where not exists (select from presence.interval i where i.participant_sid = s.id
                          and (i.call_id is not null or i.left_at is null or ${isYoung('i.left_at')}))
         and not exists (select from presence.fact_told f where f.participant_sid = s.id
                          and (f.call_id is not null or ${isYoung('f.received_at')}))
    ), gone as (
      select f.seq from call c join presence.fact_told f on f.call_id = c.id
      union
      select f.seq from sid s join presence.fact_told f on f.participant_sid = s.id
      union
      select f.seq from presence.fact_told f
       where f.seq > ${of.after} and f.seq <= ${of.upTo} and f.call_id is null and f.participant_sid is null
         and not ${isYoung('f.received_at')} and not exists (
           select from presence.interval i
             join presence.place p on p.participant_sid = i.participant_sid join presence.fact g on g.place_no = p.no
            where i.room_sid = f.room_sid)
    ), deleted as (
      delete from presence.fact f using gone g where f.seq = g.seq returning f.place_no
    )
    select count(*)::int as gone, coalesce(array_agg(distinct place_no)::text[], '{}') as places from deleted`.execute(
    tx,
  );
  return rows[0] ?? { gone: 0, places: [] };
}

/** Places of which no fact is left. Whoever writes the log waits, since it may be about to name one of them. */
async function forgetPlaces(tx: Tx, places: readonly string[]): Promise<void> {
  await sql`select from platform.log_head where name = ${FACT_LOG} for update`.execute(tx);
  await sql`
    delete from presence.place p
     where p.no = any(${[...places]}::bigint[]) and not exists (select from presence.fact f where f.place_no = p.no)`.execute(
    tx,
  );
}

async function markForgotten(tx: Tx, before: Date): Promise<void> {
  await sql`
    insert into presence.facts_kept as k (from_at) values (${before}::timestamptz)
    on conflict (one) do update set from_at = greatest(k.from_at, excluded.from_at)`.execute(tx);
}

/** From when on all facts are there (epoch ms): what was before stays as it was folded. Null: all that ever came are. */
export async function factsKeptFrom(db: DbOrTx): Promise<number | null> {
  const { rows } = await sql<{ at: Date }>`select from_at as at from presence.facts_kept`.execute(db);
  return rows[0]?.at.getTime() ?? null;
}

/** Forgets old facts, hourly. */
export function trimFactsJob({ db, ...rest }: TrimDeps): Job {
  const told = 'facts that came long ago were forgotten';
  return trimJob({ ...rest, name: 'old facts', told, trim: (before) => trimFacts(db, before) });
}
