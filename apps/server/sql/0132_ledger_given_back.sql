-- What a meter comes to is not summed up from its first entry each time that anybody asks: what was charged follows from its plan and its
-- last unit (METER-3), and what was given back of it is kept here, moved with the entries that give back. A charge writes nothing for it.
alter table ledger.meter
  -- Charges that were taken back whole by adjustments, and those of them that were of time.
  add column back_units int not null default 0 check (back_units >= back_time_units),
  add column back_time_units int not null default 0 check (back_time_units >= 0),
  -- Coins that went back to the payer, by adjustments and refunds, and what of them the earner gave.
  add column back_coins bigint not null default 0 check (back_coins >= 0),
  add column back_share bigint not null default 0 check (back_share >= 0);

-- Only what gives back: of a charge, which has no id, it has nothing.
create index journal_back on ledger.journal (meter_no, unit_index) where id is not null and meter_no is not null;

-- The same, from the entries.
create view ledger.given_back as
  select j.meter_no, count(*) filter (where j.kind = 'adjustment')::int as units,
         count(*) filter (where j.kind = 'adjustment' and j.unit_index > 0)::int as time_units,
         coalesce(sum(s.coins), 0)::bigint as coins, coalesce(sum(s.share), 0)::bigint as share
    from ledger.journal j
    left join lateral (
      select sum(p.amount) filter (where a.kind = 'wallet') as coins, -sum(p.amount) filter (where a.kind = 'earner') as share
        from ledger.posting p join ledger.account a on a.no = p.account_no where p.journal_no = j.no) s on true
   where j.id is not null and j.meter_no is not null and j.kind in ('adjustment', 'refund')
   group by j.meter_no;

-- Writes of some meters what their entries say. The caller has locked the meters.
create function ledger.count_back(p_meter text[]) returns void language sql as $$
  update ledger.meter m set back_units = q.units, back_time_units = q.time_units, back_coins = q.coins, back_share = q.share
    from (select n.no, coalesce(b.units, 0) as units, coalesce(b.time_units, 0) as time_units,
                 coalesce(b.coins, 0) as coins, coalesce(b.share, 0) as share
            from ledger.meter n left join lateral (select * from ledger.given_back b where b.meter_no = n.no) b on true
           where n.id = any (p_meter)) q
   where m.no = q.no and (m.back_units, m.back_time_units, m.back_coins, m.back_share)
      is distinct from (q.units, q.time_units, q.coins, q.share)
$$;
update ledger.meter m set back_units = b.units, back_time_units = b.time_units, back_coins = b.coins, back_share = b.share
  from ledger.given_back b where m.no = b.meter_no;

-- What stands of a meter's charges, from the last one back: its own entry, less what was given back of it. As many as bring so many coins
-- (p_coins), without those that cost nothing, or so many units (p_units), those that cost nothing too, as long as they were not given back;
-- both null: all. Read backwards, and no further than that: a call of a day by the second has 86,400.
drop function ledger.standing(text, text, text);
create function ledger.standing(p_meter text, p_wallet text, p_earner text, p_coins bigint, p_units int)
returns table (charge bigint, unit int, coins bigint, share bigint)
language plpgsql stable set jit = off set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set enable_sort = off as $$
declare
  v_meter bigint := (select m.no from ledger.meter m where m.id = p_meter);
  v_wallet bigint := (select a.no from ledger.account a where a.id = p_wallet);
  v_earner bigint := (select a.no from ledger.account a where a.id = p_earner);
  v_coins bigint := 0;
  v_units int := 0;
  r record;
begin
  for r in
    select c.no, c.unit_index, s.coins, s.share, s.is_back
      from ledger.journal c cross join lateral (
        select bool_or(e.id is not null) as is_back, coalesce(-sum(p.amount) filter (where p.account_no = v_wallet), 0)::bigint as coins,
               coalesce(sum(p.amount) filter (where p.account_no = v_earner), 0)::bigint as share
          from (select e.no, e.id from ledger.journal e where e.meter_no = c.meter_no and e.unit_index = c.unit_index offset 0) e
          left join lateral (select p.account_no, p.amount from ledger.posting p where p.journal_no = e.no offset 0) p on true) s
     where c.meter_no = v_meter and c.id is null
     order by c.unit_index desc
  loop
    exit when v_coins >= p_coins or v_units >= p_units;
    continue when r.coins = 0 and (r.is_back or p_coins is not null);
    v_coins := v_coins + r.coins;
    v_units := v_units + 1;
    charge := r.no; unit := r.unit_index; coins := r.coins; share := r.share;
    return next;
  end loop;
end $$;

-- Gives charges of a meter back, from the last one on, each at most as far as it stands, into the lots that had paid it; the earner gives
-- back their part: so many coins, or the last so many units whole, of which those that cost nothing have an entry, too, and are not
-- counted again. The caller has locked the meter and then the balances, and knows that so much stands.
drop function ledger.refund_charges(text, text, text, bigint, text, text, text, timestamptz);
create function ledger.refund_charges(
  p_meter text, p_wallet text, p_earner text, p_coins bigint, p_units int, p_refund text, p_actor text, p_memo text, p_now timestamptz
) returns table (coins bigint, share bigint)
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  with turn as (
    select s.*, (sum(s.coins) over (order by s.unit desc) - s.coins)::bigint as before
      from ledger.standing(p_meter, p_wallet, p_earner, p_coins, p_units) s
  ), part as materialized (
    select t.charge, t.unit, least(t.coins, p_coins - t.before) as coins,
           case when p_coins is null or t.coins <= p_coins - t.before then t.share else t.share * (p_coins - t.before) / t.coins end as share,
           ledger.charge_id(p_meter, t.unit) || '_' || p_refund as id, nextval('ledger.journal_no') as no
      from turn t where p_coins is null or t.before < p_coins
  ), ins as (
    insert into ledger.journal (no, id, kind, idem_key, occurred_at, meter_no, unit_index, reverses_no, actor, memo)
    select part.no, part.id, 'refund', 'refund:' || part.id, p_now, m.no, part.unit, part.charge, p_actor, p_memo
      from part, ledger.meter m where m.id = p_meter
  ), entry as (
    insert into ledger.posting (journal_no, account_no, amount)
    select part.no, a.no, v.amount from part, lateral (values
        (p_wallet, part.coins), (p_earner, -part.share), ('account_platform', part.share - part.coins)) v (account, amount)
      join ledger.account a on a.id = v.account
     where v.amount <> 0
  ), used as (
    select part.charge, k.no as lot_no, k.id as lot_id, part.no, part.coins as wanted,
           sum(case when e.no = part.charge then l.amount else -l.amount end)::bigint as amount
      from part
      join ledger.meter m on m.id = p_meter
      join ledger.journal e on e.meter_no = m.no and e.unit_index = part.unit and coalesce(e.reverses_no, e.no) = part.charge
      join ledger.lot_use l on l.journal_no = e.no
      join ledger.credit_lot k on k.no = l.lot_no
     group by part.charge, k.no, k.id, part.no, part.coins
  ), back as materialized (
    select q.no, q.lot_no, least(q.amount, q.wanted - q.before)::bigint as amount from (
      select used.*, sum(amount) over (partition by charge order by lot_id desc) - amount as before
        from used where amount > 0) q
     where q.before < q.wanted
  ), noted as (
    insert into ledger.lot_use (journal_no, lot_no, amount) select no, lot_no, amount from back
  ), lots as (
    update ledger.credit_lot l set used = l.used - x.amount
      from (select lot_no, sum(amount)::bigint as amount from back group by 1) x where l.no = x.lot_no
  ), moved as (
    update ledger.balance b set posted = b.posted + x.amount
      from (select account, sum(amount)::bigint as amount
              from (select p_wallet as account, coins as amount from part union all select p_earner, -share from part) v
             where account is not null group by 1) x
     where b.account_id = x.account
  ), given as (
    update ledger.meter m set back_coins = m.back_coins + x.coins, back_share = m.back_share + x.share
      from (select coalesce(sum(coins), 0)::bigint as coins, coalesce(sum(share), 0)::bigint as share from part) x
     where m.id = p_meter
  )
  select coalesce(sum(part.coins), 0)::bigint, coalesce(sum(part.share), 0)::bigint from part;
end $$;

-- Takes back every charge of a meter above a unit, as far as it stands, at most once each, into the lots that had paid it: what
-- the desk had given back of it is not given twice. The caller has locked the meters.
create or replace function ledger.reverse_charges(p_meter text[], p_above int[], p_now timestamptz) returns int
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
declare v_nos bigint[]; v_count int;
begin
  select array_agg(j.no) into v_nos
    from unnest(p_meter, p_above) as u (meter, above)
    join ledger.meter m on m.id = u.meter
    join ledger.journal j on j.meter_no = m.no and j.kind = 'charge' and j.unit_index > u.above;
  if v_nos is null then return 0; end if;
  perform ledger.lock_balances((select array_agg(distinct a.id) from ledger.posting p join ledger.account a on a.no = p.account_no
                                 where p.journal_no = any (v_nos)));
  with charge as materialized (
    select j.no, j.meter_no, j.unit_index, ledger.charge_id(m.id, j.unit_index) as id, e.no as entry
      from ledger.journal j join ledger.meter m on m.no = j.meter_no
      join ledger.journal e on e.meter_no = j.meter_no and e.unit_index = j.unit_index and coalesce(e.reverses_no, e.no) = j.no
     where j.no = any (v_nos)
  ), ins as (
    insert into ledger.journal (id, kind, idem_key, occurred_at, meter_no, unit_index, reverses_no, memo)
    select distinct c.id || '_back', 'adjustment', 'adjustment:' || c.id, p_now, c.meter_no, c.unit_index, c.no,
           'less time together than was charged'
      from charge c
        on conflict do nothing returning no, meter_no, unit_index, reverses_no
  ), back as materialized (
    select i.no, p.account_no, -sum(p.amount)::bigint as amount
      from ins i join charge c on c.no = i.reverses_no join ledger.posting p on p.journal_no = c.entry
     group by 1, 2 having sum(p.amount) <> 0
  ), entry as (
    insert into ledger.posting (journal_no, account_no, amount) select no, account_no, amount from back
  ), part as materialized (
    select i.no, l.lot_no, sum(case when c.entry = c.no then l.amount else -l.amount end)::bigint as amount
      from ins i join charge c on c.no = i.reverses_no join ledger.lot_use l on l.journal_no = c.entry
     group by 1, 2 having sum(case when c.entry = c.no then l.amount else -l.amount end) > 0
  ), used as (
    insert into ledger.lot_use (journal_no, lot_no, amount) select no, lot_no, amount from part
  ), lots as (
    update ledger.credit_lot l set used = l.used - x.amount
      from (select lot_no, sum(amount)::bigint as amount from part group by 1) x where l.no = x.lot_no
  ), moved as (
    update ledger.balance b set posted = b.posted + x.amount
      from (select a.id, sum(q.amount)::bigint as amount from back q join ledger.account a on a.no = q.account_no group by 1) x
     where b.account_id = x.id
  ), given as (
    update ledger.meter m set back_units = m.back_units + x.units, back_time_units = m.back_time_units + x.time_units,
           back_coins = m.back_coins + x.coins, back_share = m.back_share + x.share
      from (select i.meter_no, count(*)::int as units, count(*) filter (where i.unit_index > 0)::int as time_units,
                   coalesce(sum(q.coins), 0)::bigint as coins, coalesce(sum(q.share), 0)::bigint as share
              from ins i left join (
                select b.no, sum(b.amount) filter (where a.kind = 'wallet') as coins, -sum(b.amount) filter (where a.kind = 'earner') as share
                  from back b join ledger.account a on a.no = b.account_no group by 1) q on q.no = i.no
             group by 1) x
     where m.no = x.meter_no
  )
  select count(*)::int into v_count from ins;
  return v_count;
end $$;
