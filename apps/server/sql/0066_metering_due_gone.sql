-- A due row goes once its unit is charged (METER-47): what stood in it stands in the entry, which also says where the unit began. A call
-- of a day had 1,440 rows that nobody asked for any more, some 270 bytes each.
create temp table due_ahead on commit drop as
  select meter_id, unit_index, begins_at, due_at, coins, share from metering.due where charged_journal_id is null;
truncate metering.due;
alter table metering.due drop column charged_journal_id;
insert into metering.due (meter_id, unit_index, begins_at, due_at, coins, share) select * from due_ahead;
create index due_open on metering.due (due_at);
analyze metering.due;

-- When the last charge of a meter was due.
create function metering.last_charge_at(p_meter text) returns timestamptz language sql stable as $$
  select j.occurred_at from ledger.meter m join ledger.journal j on j.meter_no = m.no and j.kind = 'charge'
   where m.id = p_meter order by j.unit_index desc limit 1
$$;

-- What a claimed meter asks the ledger for, as arrays: its due units and the one after them. A row that nothing
-- follows waits until more are written, since the unit in progress must be held.
create or replace function metering.claim(p_ids text[], p_now timestamptz, p_open_ended boolean, p_unwitnessed text[])
returns table (meter_id text, unit int, is_next boolean, due_at timestamptz, begins_at timestamptz, coins bigint, share bigint)
language sql stable as $$
  with open_row as (
    select d.*, m.closing_at is not null as closing,
           lead(d.coins) over w as coins_after, lead(d.unit_index) over w is null as last_row,
           d.due_at is not null and m.exhausted_at is null and case
             when m.closing_at is not null then d.due_at <= m.proven_until
             when m.proven_by_now and p_open_ended and m.call_id <> all (p_unwitnessed) then d.due_at <= p_now
             else d.due_at <= least(m.proven_until, p_now) and m.proven_until is not null
           end as due
      from metering.meter m join metering.due d on d.meter_id = m.id
     where m.id = any (p_ids)
    window w as (partition by d.meter_id order by d.unit_index)
  ), ordered as (
    select r.*, count(*) filter (where not r.due or (r.last_row and not r.closing))
                  over (partition by r.meter_id order by r.unit_index) as beyond
      from open_row r
  )
  select meter_id, unit_index, beyond > 0, due_at, begins_at,
         coins + case when beyond > 0 and unit_index = 0 then coalesce(coins_after, 0) else 0 end, share
    from ordered where beyond = 0 or (beyond = 1 and not closing)
$$;

-- Meters with the earliest units that may be charged; what is due leads to its meter, by its index (0039).
create or replace function metering.asked(
  p_now timestamptz, p_limit int, p_settle text[], p_open_ended boolean, p_unwitnessed text[]
) returns text[] language sql stable set jit = off as $$
  with due as materialized (
    select d.meter_id from metering.due d, lateral (
      select 1 from metering.meter m
       where m.id = d.meter_id and m.settled_at is null and m.closing_at is null and m.exhausted_at is null
         and ((m.proven_by_now and p_open_ended and m.call_id <> all (p_unwitnessed)) or d.due_at <= m.proven_until) offset 0) m
     where d.due_at <= p_now order by d.due_at limit p_limit
  )
  select array_agg(distinct q.meter_id) from (
    select meter_id from due
    union all
    (select m.id from metering.meter m
      where m.closing_at is not null and m.settled_at is null and (p_settle is null or m.id = any (p_settle))
      order by m.closing_at limit p_limit)) q
$$;

-- Charges every unit that is due and proven, and settles the meters of ended calls (p_settle; null means all).
-- p_open_ended false: people whom LiveKit alone witnesses are not charged ahead of proof (our clock has jumped, or LiveKit
-- does not answer); p_unwitnessed: nor are those of these calls, of which it has not said that they are there.
create or replace function metering.charge_due(
  p_now timestamptz default null, p_limit int default 1000, p_cut_after_ms bigint default 20000,
  p_settle text[] default null, p_open_ended boolean default true, p_unwitnessed text[] default '{}'
) returns table (charges int, coins bigint, exhausted int, settled int, meter_ids text[])
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_now timestamptz := coalesce(p_now, clock_timestamp());
  v_asked text[];
  v_ids text[];
  v_accounts text[];
begin
  v_asked := metering.asked(v_now, p_limit, p_settle, p_open_ended, p_unwitnessed);
  if v_asked is null then return query select 0, 0::bigint, 0, 0, '{}'::text[]; return; end if;

  select array_agg(q.id) into v_ids from (
    select id from metering.meter where id = any (v_asked) and settled_at is null order by id for update skip locked) q;
  if v_ids is null then return query select 0, 0::bigint, 0, 0, '{}'::text[]; return; end if;
  -- Between the question and the lock the end of a call may have come in: it is settled by whoever was asked to.
  select array_agg(id), array_agg(wallet_account_id) || array_remove(array_agg(earner_account_id), null)
    into v_ids, v_accounts
    from metering.meter where id = any (v_ids) and (closing_at is null or p_settle is null or id = any (p_settle));
  if v_ids is null then return query select 0, 0::bigint, 0, 0, '{}'::text[]; return; end if;
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
  ), kept as (
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
     where m.id = r.meter_id
    returning (m.closing_at is null and r.at is not null) as is_exhausted, m.settled_at is not null as is_settled
  )
  select (select coalesce(sum(r.charges), 0)::int from posted r), (select coalesce(sum(r.coins), 0)::bigint from posted r),
         (select count(*) filter (where is_exhausted)::int from kept), (select count(*) filter (where is_settled)::int from kept),
         v_ids;
end $$;

-- Holds the next unit of each meter; returns those whose wallet could. The caller has locked the meters.
create or replace function metering.hold_next(p_ids text[]) returns setof text language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  perform ledger.lock_balances((select array_agg(wallet_account_id) from metering.meter where id = any (p_ids)));
  return query
  with next as materialized (
    select distinct on (d.meter_id) d.meter_id, d.unit_index,
           d.coins + case when d.unit_index = 0 then coalesce(lead(d.coins) over w, 0) else 0 end as coins
      from metering.due d where d.meter_id = any (p_ids)
    window w as (partition by d.meter_id order by d.unit_index) order by d.meter_id, d.unit_index
  ), args as (
    select array_agg(m.id) as ids, array_agg(m.wallet_account_id) as wallets, array_agg(m.earner_account_id) as earners,
           array_agg(false) as no, array_agg(n.unit_index) as units, array_agg(true) as yes,
           array_agg(null::timestamptz) as none, array_agg(n.coins) as coins, array_agg(0::bigint) as zero
      from next n join metering.meter m on m.id = n.meter_id
  )
  select r.meter_id from args a, lateral ledger.post_charges(
    a.ids, a.wallets, a.earners, a.no, a.ids, a.units, a.yes, a.none, a.none, a.coins, a.zero) r
   where r.lacking_unit is null;
end $$;

-- Starts again the meters whose wallet can pay the next unit now: the top-up knows nothing of calls, the tick looks.
create or replace function metering.rearm(p_now timestamptz default null, p_limit int default 1000) returns text[]
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_now timestamptz := coalesce(p_now, clock_timestamp());
  v_ids text[];
begin
  select array_agg(q.id) into v_ids from (
    select m.id from metering.meter m join ledger.balance b on b.account_id = m.wallet_account_id
     where m.final_at is not null and m.exhausted_at is not null and m.settled_at is null and m.closing_at is null
       and b.posted - b.held - b.floor >= (
         select d.coins from metering.due d where d.meter_id = m.id
          order by d.unit_index limit 1)
     order by m.id limit p_limit for update of m skip locked) q;
  if v_ids is null then return '{}'; end if;
  with held as materialized (
    select id from metering.hold_next(v_ids) as id
  ), armed as (
    update metering.meter m set exhausted_at = null, final_at = null, cut_at = null, warned_ms = null,
           revision = m.revision + 1,
           stops = case when v_now <= m.exhausted_at then m.stops else m.stops || jsonb_build_array(jsonb_build_array(
             floor(extract(epoch from m.exhausted_at) * 1000), floor(extract(epoch from v_now) * 1000))) end
      from held h where m.id = h.id and m.exhausted_at is not null and m.closing_at is null
    returning m.id
  )
  select coalesce(array_agg(id), '{}') into v_ids from armed;
  -- These instants did not know of the stop: whoever called writes them anew, in this same transaction.
  update metering.due set due_at = null where meter_id = any (v_ids);
  return v_ids;
end $$;
