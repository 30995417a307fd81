-- The earliest units that may be charged, not those of the earliest that may: with as many due as are asked for at once and
-- none of them proven, no other call was charged. What is due still leads to its meter, by its index.
create or replace function metering.asked(
  p_now timestamptz, p_limit int, p_settle text[], p_open_ended boolean, p_unwitnessed text[]
) returns text[] language sql stable set jit = off as $$
  with due as materialized (
    select d.meter_id from metering.due d, lateral (
      select 1 from metering.meter m
       where m.id = d.meter_id and m.settled_at is null and m.closing_at is null and m.exhausted_at is null
         and ((m.proven_by_now and p_open_ended and m.call_id <> all (p_unwitnessed)) or d.due_at <= m.proven_until) offset 0) m
     where d.charged_journal_id is null and d.due_at <= p_now order by d.due_at limit p_limit
  )
  select array_agg(distinct q.meter_id) from (
    select meter_id from due
    union all
    (select m.id from metering.meter m
      where m.closing_at is not null and m.settled_at is null and (p_settle is null or m.id = any (p_settle))
      order by m.closing_at limit p_limit)) q
$$;
