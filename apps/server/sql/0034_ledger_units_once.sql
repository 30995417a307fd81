-- Units in turn by one pass. Before this each meter that a wallet refused cost one more sorting of all its units: 500 meters of
-- one wallet took 30 s on the embedded database, and 500 units of one meter five.

-- Charges the due units of a set of meters as far as hold and balance reach, and holds each one's next unit.
-- The caller has locked the meters and then the balances. Coins of units: first each meter's own hold, then what
-- is spare in the wallet, in the order in which they fell due, and the next units (p_next) after all due ones. What a
-- meter is refused uses up nothing: the wallet's other meters are asked as if it had not been wanted (LEDGER-8).
create or replace function ledger.post_charges(
  p_meter text[], p_wallet text[], p_earner text[], p_closing boolean[],
  p_of text[], p_unit int[], p_next boolean[],
  p_due timestamptz[], p_begin timestamptz[], p_coins bigint[], p_share bigint[]
) returns table (meter_id text, charges int, coins bigint, charged_to int, lacking_unit int, refused bigint)
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_covered boolean[] := array_fill(false, array[greatest(cardinality(p_of), 1)]);
  v_stopped boolean[] := array_fill(false, array[greatest(cardinality(p_meter), 1)]);
  v_wallet text;
  v_used numeric;
  v_needs numeric;
  r record;
begin
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
    select u.meter, u.wallet, u.earner, u.closing, coalesce(h.amount, 0) as hold, b.posted - b.held - b.floor as spare
      from unnest(p_meter, p_wallet, p_earner, p_closing) as u (meter, wallet, earner, closing)
      join ledger.balance b on b.account_id = u.wallet
      left join ledger.hold h on h.meter_id = u.meter
  ), unit as materialized (
    select u.meter, u.unit, u.is_next, u.due_at, u.begins_at, u.coins, u.share, m.wallet, m.earner, u.covered,
           ledger.charge_id(u.meter, u.unit) as id
      from unnest(p_of, p_unit, p_next, p_due, p_begin, p_coins, p_share, v_covered)
             as u (meter, unit, is_next, due_at, begins_at, coins, share, covered)
      join m on m.meter = u.meter
  ), ins as (
    insert into ledger.journal (id, kind, occurred_at, meter_id, unit_index)
    select unit.id, 'charge', unit.due_at, unit.meter, unit.unit
      from unit where unit.covered and not unit.is_next
        on conflict do nothing returning id
  ), paid as materialized (
    select u.* from unit u where not u.is_next and u.covered and u.id in (select id from ins)
  ), entry as (
    insert into ledger.posting (journal_id, account_id, amount)
    select p.id, v.account, v.amount from paid p, lateral (values
        (p.wallet, -p.coins),
        (p.earner, p.share),
        ('account_platform', case when p.earner is null then p.coins else p.coins - p.share end)) v (account, amount)
     where v.amount <> 0 and v.account is not null
  ), need as (        -- the units of a wallet as ranges of coins …
    select p.id, p.wallet, coalesce(p.begins_at, p.due_at) as began,
           sum(p.coins) over w - p.coins as lo, sum(p.coins) over w as hi
      from paid p where p.coins > 0 window w as (partition by p.wallet order by p.due_at, p.id)
  ), have as (        -- … and its lots too, in the order in which they are used up: LEDGER-4
    select l.id, l.account_id, sum(l.amount - l.used) over w - (l.amount - l.used) as lo, sum(l.amount - l.used) over w as hi
      from ledger.credit_lot l
      join (select wallet, min(began) as began from need group by 1) f on f.wallet = l.account_id
     where l.used < l.amount
    window w as (partition by l.account_id
                 order by coalesce(l.expires_at <= f.began, false), l.priority, l.expires_at nulls last, l.id)
  ), part as materialized (
    select need.id as journal_id, have.id as lot_id, (least(need.hi, have.hi) - greatest(need.lo, have.lo))::bigint as amount
      from need join have on have.account_id = need.wallet and have.lo < need.hi and need.lo < have.hi
  ), used as (
    insert into ledger.lot_use (journal_id, lot_id, amount) select journal_id, lot_id, amount from part
  ), lots as (
    update ledger.credit_lot l set used = l.used + x.amount
      from (select lot_id, sum(amount)::bigint as amount from part group by 1) x where l.id = x.lot_id
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

drop function ledger.units_in_turn(text[], text[], text[], int[], boolean[], timestamptz[], bigint[], text[], bigint[]);
