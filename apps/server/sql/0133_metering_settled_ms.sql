-- What a meter was settled by: the time together that was known then. A unit that lies within it and was not charged is missing, whatever
-- is said of units that were proven later and waived (METER-111); of what was settled before, nobody knows it.
alter table metering.meter add column settled_ms bigint;

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
           settled_ms = case when m.closing_at is not null then m.billable_ms end,
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
