-- A tick charges a handful of units, and planning its statements for them was four fifths of what that took: for few the plans are
-- kept. Joined by their indexes and nothing else, these are good whatever a table had in it when they were made. For many they
-- are made anew, as they were: with each other, hundreds are joined by a hash.
create function ledger.plan_for_many() returns void language sql as $$
  -- As long as the function runs that calls this one, which has set each of them.
  select set_config(name, setting, true)
    from (values ('plan_cache_mode', 'force_custom_plan'), ('enable_hashjoin', 'on'), ('enable_mergejoin', 'on')) v (name, setting)
$$;

-- Charges the due units of a set of meters as far as hold and balance reach, and holds each one's next unit.
-- The caller has locked the meters and then the balances. Coins of units: first each meter's own hold, then what
-- is spare in the wallet, in the order in which they fell due, and the next units (p_next) after all due ones. What a
-- meter is refused uses up nothing: the wallet's other meters are asked as if it had not been wanted (LEDGER-8).
create or replace function ledger.post_charges(
  p_meter text[], p_wallet text[], p_earner text[], p_closing boolean[],
  p_of text[], p_unit int[], p_next boolean[],
  p_due timestamptz[], p_begin timestamptz[], p_coins bigint[], p_share bigint[]
) returns table (meter_id text, charges int, coins bigint, charged_to int, lacking_unit int, refused bigint)
language plpgsql set jit = off set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_covered boolean[] := array_fill(false, array[greatest(cardinality(p_of), 1)]);
  v_stopped boolean[] := array_fill(false, array[greatest(cardinality(p_meter), 1)]);
  v_wallet text;
  v_used numeric;
  v_needs numeric;
  r record;
begin
  if cardinality(p_of) > 64 then perform ledger.plan_for_many(); end if;
  perform ledger.number_meters(p_meter);
  -- Each unit in its turn, once: the meter of the first one that nothing covers stops there, and uses up nothing from there on.
  for r in
    with m as materialized (
      select u.meter, u.wallet, u.nth as m, coalesce(h.amount, 0) as hold, b.posted - b.held - b.floor as spare
        from unnest(p_meter, p_wallet) with ordinality as u (meter, wallet, nth)
        join ledger.balance b on b.account_id = u.wallet
        left join ledger.hold h on h.meter_id = u.meter
    )
    select m.wallet, m.m, m.hold, m.spare, u.nth, u.coins,
           sum(u.coins) over (partition by u.meter order by u.is_next, u.unit) as cum
      from unnest(p_of, p_unit, p_next, p_due, p_coins) with ordinality as u (meter, unit, is_next, due_at, coins, nth)
      join m on m.meter = u.meter
     order by m.wallet, u.is_next, u.due_at, u.meter, u.unit
  loop
    if r.wallet is distinct from v_wallet then
      v_wallet := r.wallet;
      v_used := 0;
    end if;
    continue when v_stopped[r.m];
    v_needs := greatest(0, r.cum - r.hold) - greatest(0, r.cum - r.coins - r.hold);
    if r.cum > r.hold and v_used + v_needs > r.spare then
      v_stopped[r.m] := true;
    else
      v_used := v_used + v_needs;
      v_covered[r.nth] := true;
    end if;
  end loop;
  return query
  with m as materialized (
    select u.meter, u.wallet, u.earner, u.closing, coalesce(h.amount, 0) as hold, b.posted - b.held - b.floor as spare,
           n.no as meter_no, w.no as wallet_no, e.no as earner_no
      from unnest(p_meter, p_wallet, p_earner, p_closing) as u (meter, wallet, earner, closing)
      join ledger.balance b on b.account_id = u.wallet
      join ledger.meter n on n.id = u.meter
      join ledger.account w on w.id = u.wallet
      left join ledger.account e on e.id = u.earner
      left join ledger.hold h on h.meter_id = u.meter
  ), unit as materialized (
    select u.*, case when u.covered and not u.is_next then nextval('ledger.journal_no') end as no
      from (select u.meter, u.unit, u.is_next, u.due_at, u.begins_at, u.coins, u.share, u.covered,
                   m.wallet, m.meter_no, m.wallet_no, m.earner_no
              from unnest(p_of, p_unit, p_next, p_due, p_begin, p_coins, p_share, v_covered)
                     as u (meter, unit, is_next, due_at, begins_at, coins, share, covered)
              join m on m.meter = u.meter
             order by u.due_at, u.meter, u.unit) u
  ), ins as (
    insert into ledger.journal (no, meter_no, unit_index, kind, occurred_at, began_at)
    select unit.no, unit.meter_no, unit.unit, 'charge', unit.due_at, unit.begins_at
      from unit where unit.no is not null order by unit.no
        on conflict do nothing returning no
  ), paid as materialized (
    select u.* from unit u where u.no in (select no from ins)
  ), entry as (
    insert into ledger.posting (journal_no, account_no, amount)
    select p.no, v.account, v.amount from paid p, lateral (values
        (p.wallet_no, -p.coins),
        (p.earner_no, p.share),
        ((select a.no from ledger.account a where a.id = 'account_platform'),
         case when p.earner_no is null then p.coins else p.coins - p.share end)) v (account, amount)
     where v.amount <> 0 and v.account is not null
  ), need as (        -- the units of a wallet as ranges of coins …
    select p.no, p.wallet, coalesce(p.begins_at, p.due_at) as began,
           sum(p.coins) over w - p.coins as lo, sum(p.coins) over w as hi
      from paid p where p.coins > 0 window w as (partition by p.wallet order by p.no)
  ), have as (        -- … and its lots too, in the order in which they are used up: LEDGER-4
    select l.no, l.account_id, sum(l.amount - l.used) over w - (l.amount - l.used) as lo, sum(l.amount - l.used) over w as hi
      from ledger.credit_lot l
      join (select wallet, min(began) as began from need group by 1) f on f.wallet = l.account_id
     where l.used < l.amount
    window w as (partition by l.account_id
                 order by coalesce(l.expires_at <= f.began, false), l.priority, l.expires_at nulls last, l.id)
  ), part as materialized (
    select need.no as journal_no, have.no as lot_no, (least(need.hi, have.hi) - greatest(need.lo, have.lo))::bigint as amount
      from need join have on have.account_id = need.wallet and have.lo < need.hi and need.lo < have.hi
  ), used as (
    insert into ledger.lot_use (journal_no, lot_no, amount) select journal_no, lot_no, amount from part
  ), lots as (
    update ledger.credit_lot l set used = l.used + x.amount
      from (select lot_no, sum(amount)::bigint as amount from part group by 1) x where l.no = x.lot_no
  ), done as materialized (
    select m.*, coalesce(p.charges, 0)::int as charges, coalesce(p.coins, 0)::bigint as coins,
           coalesce(p.share, 0)::bigint as share, u.charged_to, u.lacking_unit, coalesce(u.refused, 0)::bigint as refused,
           case when m.closing then 0 else coalesce(u.next_coins, 0) end::bigint as next_hold
      from m
      left join (select meter, count(*) as charges, sum(coins) as coins, sum(share) as share from paid group by 1) p
        on p.meter = m.meter
      left join (
        select meter,
               max(unit) filter (where covered and not is_next) as charged_to,
               min(unit) filter (where not covered) as lacking_unit,
               sum(coins) filter (where not covered and not is_next) as refused,
               sum(coins) filter (where covered and is_next) as next_coins
          from unit group by 1) u on u.meter = m.meter
  ), holds as (
    insert into ledger.hold as h (id, account_id, meter_id, amount, released_at)
    select 'hold_' || substr(d.meter, 7), d.wallet, d.meter, d.next_hold, case when d.closing then now() end from done d
        on conflict (meter_id) do update set amount = excluded.amount, released_at = excluded.released_at
  ), moved as (
    update ledger.balance b set posted = b.posted + x.posted, held = b.held + x.held
      from (select account, sum(posted)::bigint as posted, sum(held)::bigint as held
              from (select wallet as account, -coins as posted, next_hold - hold as held from done
                    union all
                    select earner, share, 0 from done where earner is not null) q
             group by 1 having sum(posted) <> 0 or sum(held) <> 0) x
     where b.account_id = x.account
  )
  select d.meter, d.charges, d.coins, d.charged_to, d.lacking_unit, d.refused from done d;
end $$;
