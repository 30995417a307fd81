-- A meter that is settled lets go of what it holds beyond its units. Of that another meter on the same wallet, charged by the same
-- statement, can be paid (LEDGER-80): it was refused its unit for good, or cut, while the coins went back. Both places that ask what a
-- wallet has to spare count it; nothing is read that was not.

-- Its plans are kept: rows of tables are looked up one by one by their index, and sets are joined with each other by a hash, so
-- that they are as good for one meter as for a thousand, and whatever a table had in it when they were made.
create or replace function ledger.post_charges(
  p_meter text[], p_wallet text[], p_earner text[], p_closing boolean[],
  p_of text[], p_unit int[], p_next boolean[],
  p_due timestamptz[], p_begin timestamptz[], p_coins bigint[], p_share bigint[]
) returns table (meter_id text, charges int, coins bigint, charged_to int, lacking_unit int, refused bigint)
language plpgsql set jit = off set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  v_covered boolean[];
  v_stopped boolean[];
  v_wallet text;
  v_used numeric;
  v_needs numeric;
  r record;
begin
  perform ledger.number_meters(p_meter);
  -- Mostly there is enough for all: then nobody's turn matters.
  if exists (
    select 1 from (
      select u.wallet, min(b.spare) as spare, sum(case when u.closing then u.total - coalesce(h.amount, 0) else greatest(0, u.total - coalesce(h.amount, 0)) end) as needs
        from (select q.meter, max(q.wallet) as wallet, bool_or(q.closing) as closing, coalesce(sum(q.coins), 0) as total
                from (select meter, wallet, closing, null::bigint as coins from unnest(p_meter, p_wallet, p_closing) as u (meter, wallet, closing)
                      union all
                      select meter, null, null, coins from unnest(p_of, p_coins) as u (meter, coins)) q
               group by 1 having count(q.coins) > 0 or bool_or(q.closing)) u
       cross join lateral (select b.posted - b.held - b.floor as spare from ledger.balance b where b.account_id = u.wallet offset 0) b
        left join lateral (select h.amount from ledger.hold h where h.meter_id = u.meter offset 0) h on true
       group by u.wallet) w where w.needs > w.spare
  ) then
    v_covered := array_fill(false, array[greatest(cardinality(p_of), 1)]);
    v_stopped := array_fill(false, array[greatest(cardinality(p_meter), 1)]);
    -- Each unit in its turn, once: the meter of the first one that nothing covers stops there, and uses up nothing from there on.
    for r in
      with m as materialized (
        select u.meter, u.wallet, u.m, u.closing, coalesce(h.amount, 0) as hold,
               b.spare + coalesce(sum(greatest(0, h.amount - u.total)) filter (where u.closing) over (partition by u.wallet), 0) as spare
          from (select q.meter, max(q.wallet) as wallet, max(q.nth) as m, bool_or(q.closing) as closing, coalesce(sum(q.coins), 0) as total
                  from (select meter, wallet, nth, closing, null::bigint as coins
                          from unnest(p_meter, p_wallet, p_closing) with ordinality as u (meter, wallet, closing, nth)
                        union all
                        select meter, null, null, null, coins from unnest(p_of, p_coins) as u (meter, coins)) q
                 group by 1) u
         cross join lateral (select b.posted - b.held - b.floor as spare from ledger.balance b where b.account_id = u.wallet offset 0) b
          left join lateral (select h.amount from ledger.hold h where h.meter_id = u.meter offset 0) h on true
      )
      select m.wallet, m.m, m.closing, m.hold, m.spare, u.nth, u.coins,
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
        if r.closing then -- What is left of its hold below that unit is free, too.
          v_used := v_used - greatest(0, r.hold - (r.cum - r.coins));
        end if;
      else
        v_used := v_used + v_needs;
        v_covered[r.nth] := true;
      end if;
    end loop;
  else
    v_covered := array_fill(true, array[greatest(cardinality(p_of), 1)]);
  end if;
  return query
  with m as materialized (
    select u.meter, u.wallet, u.earner, u.closing, coalesce(h.amount, 0) as hold, h.amount is not null as has_hold,
           n.no as meter_no, w.no as wallet_no, e.no as earner_no
      from unnest(p_meter, p_wallet, p_earner, p_closing) as u (meter, wallet, earner, closing)
     cross join lateral (select n.no from ledger.meter n where n.id = u.meter offset 0) n
     cross join lateral (select w.no from ledger.account w where w.id = u.wallet offset 0) w
      left join lateral (select e.no from ledger.account e where e.id = u.earner offset 0) e on true
      left join lateral (select h.amount from ledger.hold h where h.meter_id = u.meter offset 0) h on true
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
  ), part as materialized ( -- … and with each wallet its own lots, in the order in which they are used up: LEDGER-4
    select need.no as journal_no, have.no as lot_no, (least(need.hi, have.hi) - greatest(need.lo, have.lo))::bigint as amount
      from (select wallet, min(began) as began, array_agg(no) as nos, array_agg(lo) as los, array_agg(hi) as his from need group by 1) f
     cross join lateral (
       select l.no, sum(l.amount - l.used) over w - (l.amount - l.used) as lo, sum(l.amount - l.used) over w as hi
         from ledger.credit_lot l where l.account_id = f.wallet and not l.spent
       window w as (order by coalesce(l.expires_at <= f.began, false), l.priority, l.expires_at nulls last, l.id)) have
     cross join lateral unnest(f.nos, f.los, f.his) as need (no, lo, hi)
     where have.lo < need.hi and need.lo < have.hi
  ), used as (
    insert into ledger.lot_use (journal_no, lot_no, amount) select journal_no, lot_no, amount from part
  ), lots as (
    update ledger.credit_lot l set used = l.used + x.amount
      from (select lot_no, sum(amount)::bigint as amount from part group by 1) x where l.no = x.lot_no
  ), done as materialized (
    select m.*, coalesce(u.charges, 0)::int as charges, coalesce(u.coins, 0)::bigint as coins,
           coalesce(u.share, 0)::bigint as share, u.charged_to, u.lacking_unit, coalesce(u.refused, 0)::bigint as refused,
           case when m.closing then 0 else coalesce(u.next_coins, 0) end::bigint as next_hold
      from m
      left join (
        select u.meter,
               count(p.no) as charges, sum(u.coins) filter (where p.no is not null) as coins,
               sum(u.share) filter (where p.no is not null) as share,
               max(u.unit) filter (where u.covered and not u.is_next) as charged_to,
               min(u.unit) filter (where not u.covered) as lacking_unit,
               sum(u.coins) filter (where not u.covered and not u.is_next) as refused,
               sum(u.coins) filter (where u.covered and u.is_next) as next_coins
          from unit u left join ins p on p.no = u.no group by 1) u on u.meter = m.meter
  ), holds as (       -- A call that goes on holds as much for each unit.
    insert into ledger.hold as h (id, account_id, meter_id, amount, released_at)
    select 'hold_' || substr(d.meter, 7), d.wallet, d.meter, d.next_hold, case when d.closing then now() end from done d
     where d.closing or not d.has_hold or d.next_hold <> d.hold
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
