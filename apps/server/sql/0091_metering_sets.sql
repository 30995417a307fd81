-- The plans are kept for any number of meters (0090_ledger_sets.sql). Nodes that ask at the same moment each have other meters: what
-- one has locked the next one passes over as it looks for what is due, and does not find out once it has read it all.

-- What falls due names its meter; that it is there is asked once for all that a statement adds.
create function metering.require_meter() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  if exists (select 1 from (select distinct meter_id from added) a
              where not exists (select from metering.meter m where m.id = a.meter_id offset 0)) then
    raise exception 'a due unit must be of a meter that is there' using errcode = '23503';
  end if;
  return null;
end $$;
create trigger due_named after insert on metering.due
  referencing new table as added for each statement execute function metering.require_meter();
create function metering.refuse_removal() returns trigger language plpgsql as $$
begin
  raise exception 'meters are never removed' using errcode = '23503';
end $$;
create trigger meter_stays before delete or truncate on metering.meter
  for each statement execute function metering.refuse_removal();

-- Locks the meters with the earliest units that may be charged, and those of ended calls that may be settled; who is locked is passed
-- over. What is due leads to its meter, by its index (0039). A row that changed until it was locked is looked at as it is then.
drop function metering.asked(timestamptz, int, text[], boolean, text[]);
create function metering.take(
  p_now timestamptz, p_limit int, p_settle text[], p_open_ended boolean, p_unwitnessed text[]
) returns text[] language plpgsql set jit = off set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_due text[];
  v_ended text[];
begin
  v_due := array(
    select m.id from metering.due d, lateral (
      select m.id from metering.meter m
       where m.id = d.meter_id and m.settled_at is null and m.closing_at is null and m.exhausted_at is null
         and ((m.proven_by_now and p_open_ended and m.call_id <> all (p_unwitnessed)) or d.due_at <= m.proven_until)
       offset 0 for update of m skip locked) m
     where d.due_at <= p_now order by d.due_at limit p_limit);
  v_ended := array(
    select m.id from metering.meter m
     where m.closing_at is not null and m.settled_at is null and (p_settle is null or m.id = any (p_settle))
     order by m.closing_at limit p_limit for update of m skip locked);
  return (select array_agg(distinct u.id) from unnest(v_due || v_ended) as u (id));
end $$;

-- Charges every unit that is due and proven, and settles the meters of ended calls (p_settle; null means all).
-- p_open_ended false: people whom LiveKit alone witnesses are not charged ahead of proof (our clock has jumped, or LiveKit
-- does not answer); p_unwitnessed: nor are those of these calls, of which it has not said that they are there.
create or replace function metering.charge_due(
  p_now timestamptz default null, p_limit int default 1000, p_cut_after_ms bigint default 20000,
  p_settle text[] default null, p_open_ended boolean default true, p_unwitnessed text[] default '{}'
) returns table (charges int, coins bigint, exhausted int, settled int, meter_ids text[])
language plpgsql set jit = off set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_now timestamptz := coalesce(p_now, clock_timestamp());
  v_ids text[];
  v_accounts text[];
begin
  v_ids := metering.take(v_now, p_limit, p_settle, p_open_ended, p_unwitnessed);
  if v_ids is null then return query select 0, 0::bigint, 0, 0, '{}'::text[]; return; end if;
  select array_agg(wallet_account_id) || array_remove(array_agg(earner_account_id), null) into v_accounts
    from metering.meter where id = any (v_ids);
  perform ledger.lock_balances(v_accounts);

  return query
  with asked as materialized (
    select * from metering.claim(v_ids, v_now, p_open_ended, p_unwitnessed)
  ), meters as (
    select array_agg(id order by id) as ids, array_agg(wallet_account_id order by id) as wallets,
           array_agg(earner_account_id order by id) as earners, array_agg(closing_at is not null order by id) as closings
      from metering.meter where id = any (v_ids)
  ), units as (
    select array_agg(meter_id) as ids, array_agg(unit) as units, array_agg(is_next) as nexts, array_agg(due_at) as dues,
           array_agg(begins_at) as begins, array_agg(coins) as coins, array_agg(share) as shares
      from asked
  ), posted as materialized (
    select r.* from meters m, units u, lateral ledger.post_charges(
      m.ids, m.wallets, m.earners, m.closings, u.ids, u.units, u.nexts, u.dues, u.begins, u.coins, u.shares) r
  ), gone as (
    delete from metering.due d using posted r where d.meter_id = r.meter_id and d.unit_index <= r.charged_to
  ), kept as (        -- A meter that goes on is not written for it.
    update metering.meter m set
           shortfall = m.shortfall + r.refused,
           settled_at = case when m.closing_at is not null then v_now end,
           exhausted_at = case when m.closing_at is null then r.at else coalesce(m.exhausted_at, r.at) end,
           final_at = case when m.closing_at is null then coalesce(r.at, m.final_at) else m.final_at end,
           cut_at = case when m.closing_at is null then r.at + p_cut_after_ms * interval '1 ms' else m.cut_at end,
           revision = m.revision + 1
      from (
        select r.*, case when r.lacking_unit is not null then coalesce(
                 a.begins_at,
                 (select max(b.due_at) from asked b where b.meter_id = r.meter_id and b.unit < r.lacking_unit),
                 metering.last_charge_at(r.meter_id), v_now) end as at
          from posted r left join asked a on a.meter_id = r.meter_id and a.unit = r.lacking_unit) r
     where m.id = r.meter_id and (m.closing_at is not null or r.lacking_unit is not null or r.refused <> 0
       or m.exhausted_at is not null or m.cut_at is not null)
    returning (m.closing_at is null and r.at is not null) as is_exhausted, m.settled_at is not null as is_settled
  )
  select (select coalesce(sum(r.charges), 0)::int from posted r), (select coalesce(sum(r.coins), 0)::bigint from posted r),
         (select count(*) filter (where is_exhausted)::int from kept), (select count(*) filter (where is_settled)::int from kept),
         v_ids;
end $$;

drop function ledger.plan_for_many();
