-- One wallet, several meters in one batch: before this, what one of them was refused counted as spent for the others.

-- The units asked for, each wallet's in their turn: `cum` are its meter's coins up to it, `run` what its wallet must give
-- beyond holds up to it, without the units at which a meter had to stop (p_stopped, from its p_from-th on).
create function ledger.units_in_turn(
  p_meter text[], p_wallet text[], p_of text[], p_unit int[], p_next boolean[], p_due timestamptz[], p_coins bigint[],
  p_stopped text[], p_from bigint[]
) returns table (wallet text, meter text, unit int, is_next boolean, nth bigint, turn bigint, hold bigint, spare bigint,
  cum numeric, run numeric, is_stopped boolean)
language sql stable set jit = off as $$
  with m as materialized (
    select u.meter, u.wallet, coalesce(h.amount, 0) as hold, b.posted - b.held - b.floor as spare
      from unnest(p_meter, p_wallet) as u (meter, wallet)
      join ledger.balance b on b.account_id = u.wallet
      left join ledger.hold h on h.meter_id = u.meter
  ), c as (
    select m.*, u.unit, u.is_next, u.due_at, u.coins, row_number() over w as nth, sum(u.coins) over w as cum
      from unnest(p_of, p_unit, p_next, p_due, p_coins) as u (meter, unit, is_next, due_at, coins)
      join m on m.meter = u.meter
    window w as (partition by u.meter order by u.is_next, u.unit)
  ), s as (
    select c.*, coalesce(c.nth >= z.nth, false) as is_stopped
      from c left join unnest(p_stopped, p_from) as z (meter, nth) on z.meter = c.meter
  )
  select s.wallet, s.meter, s.unit, s.is_next, s.nth, row_number() over w, s.hold, s.spare, s.cum,
         sum(case when s.is_stopped then 0
                  else greatest(0, s.cum - s.hold) - greatest(0, s.cum - s.coins - s.hold) end) over w, s.is_stopped
    from s window w as (partition by s.wallet order by s.is_next, s.due_at, s.meter, s.unit)
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
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
  v_stopped text[] := '{}';
  v_from bigint[] := '{}';
  v_more text[];
  v_more_from bigint[];
begin
  -- Each round finds the first unit of each wallet that nothing covers; its meter stops there. Mostly there is none.
  loop
    select array_agg(q.meter), array_agg(q.nth) into v_more, v_more_from
      from (select distinct on (wallet) meter, nth
              from ledger.units_in_turn(p_meter, p_wallet, p_of, p_unit, p_next, p_due, p_coins, v_stopped, v_from)
             where not is_stopped and cum > hold and run > spare
             order by wallet, turn) q;
    exit when v_more is null;
    v_stopped := v_stopped || v_more;
    v_from := v_from || v_more_from;
  end loop;
  return query
  with m as materialized (
    select u.meter, u.wallet, u.earner, u.closing, coalesce(h.amount, 0) as hold, b.posted - b.held - b.floor as spare
      from unnest(p_meter, p_wallet, p_earner, p_closing) as u (meter, wallet, earner, closing)
      join ledger.balance b on b.account_id = u.wallet
      left join ledger.hold h on h.meter_id = u.meter
  ), unit as materialized (
    select u.meter, u.unit, u.is_next, u.due_at, u.begins_at, u.coins, u.share, m.wallet, m.earner, not t.is_stopped as covered
      from unnest(p_of, p_unit, p_next, p_due, p_begin, p_coins, p_share)
             as u (meter, unit, is_next, due_at, begins_at, coins, share)
      join m on m.meter = u.meter
      join ledger.units_in_turn(p_meter, p_wallet, p_of, p_unit, p_next, p_due, p_coins, v_stopped, v_from) t
        on t.meter = u.meter and t.unit = u.unit and t.is_next = u.is_next
  ), ins as (
    insert into ledger.journal (id, kind, occurred_at, meter_id, unit_index)
    select ledger.charge_id(unit.meter, unit.unit), 'charge', unit.due_at, unit.meter, unit.unit
      from unit where unit.covered and not unit.is_next
        on conflict do nothing returning id, meter_id, unit_index
  ), paid as materialized (
    select i.id, u.* from ins i join unit u on u.meter = i.meter_id and u.unit = i.unit_index and not u.is_next
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

-- Coins come in with an expiry that lies ahead, whoever writes them (LEDGER-9). At the insert only: a lot expires in the end, and is still changed then.
create function ledger.refuse_expired() returns trigger language plpgsql as $$
begin
  if new.expires_at <= clock_timestamp() then
    raise exception 'these coins would have expired already: expires_at must lie ahead' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger credit_lot_ahead before insert on ledger.credit_lot for each row execute function ledger.refuse_expired();
