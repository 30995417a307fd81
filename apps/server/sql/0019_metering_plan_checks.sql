-- What a plan may say is checked where it is stored, whoever wrote it (METER-20). `not valid`: calls
-- have pinned the rows that are there, and those are never rewritten.
create function metering.are_tiers(p_tiers jsonb) returns boolean language sql immutable as $$
  select jsonb_typeof(p_tiers) = 'array' and coalesce((
    select bool_and(is_tier and coalesce(from_unit > before, true)) from (
      select is_tier, from_unit, lag(from_unit) over (order by n) as before from (
        select n, t.is_tier, case when t.is_tier then (e ->> 'fromUnit')::numeric end as from_unit
          from jsonb_array_elements(case jsonb_typeof(p_tiers) when 'array' then p_tiers else '[]' end)
                 with ordinality as x (e, n),
               lateral (select coalesce(e ->> 'fromUnit' ~ '^[1-9][0-9]{0,8}$' and e ->> 'price' ~ '^[0-9]{1,15}$', false)
                   as is_tier) t) a) b), true)
$$;

alter table metering.price_plan
  add constraint plan_times check (initial_ms > 0 and threshold_ms between 1 and increment_ms
    and first_threshold_ms between 1 and initial_ms and free_below_ms >= 0 and bridge_gap_ms >= 0) not valid,
  add constraint plan_coins check (connect_fee >= 0 and (max_charge is null or max_charge >= 0)) not valid,
  add constraint plan_tiers check (metering.are_tiers(tiers)) not valid;
