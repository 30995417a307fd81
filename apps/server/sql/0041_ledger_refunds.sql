-- What stands of each charge of a meter: its own entry, less what was given back of it.
create function ledger.standing(p_meter text, p_wallet text, p_earner text)
returns table (charge text, unit int, coins bigint, share bigint) language sql stable as $$
  select c.id, c.unit_index,
         coalesce(-sum(p.amount) filter (where p.account_id = p_wallet), 0)::bigint,
         coalesce(sum(p.amount) filter (where p.account_id = p_earner), 0)::bigint
    from ledger.journal c
    join ledger.journal e on e.meter_id = c.meter_id and coalesce(e.reverses, e.id) = c.id
    join ledger.posting p on p.journal_id = e.id
   where c.meter_id = p_meter and c.kind = 'charge'
   group by c.id
$$;

-- Gives coins of a meter's charges back, from the last one on, each at most as far as it stands, into the lots that had paid it; the
-- earner gives back their part. The caller has locked the meter and then the balances, and knows that so much stands.
create function ledger.refund_charges(
  p_meter text, p_wallet text, p_earner text, p_coins bigint, p_refund text, p_actor text, p_memo text, p_now timestamptz
) returns table (coins bigint, share bigint)
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  with turn as (
    select s.*, (sum(s.coins) over (order by s.unit desc) - s.coins)::bigint as before
      from ledger.standing(p_meter, p_wallet, p_earner) s where s.coins > 0
  ), part as materialized (
    select t.charge, t.unit, least(t.coins, p_coins - t.before) as coins,
           case when t.coins <= p_coins - t.before then t.share else t.share * (p_coins - t.before) / t.coins end as share,
           t.charge || '_' || p_refund as id
      from turn t where t.before < p_coins
  ), ins as (
    insert into ledger.journal (id, kind, idem_key, occurred_at, meter_id, unit_index, reverses, actor, memo)
    select part.id, 'refund', 'refund:' || part.id, p_now, p_meter, part.unit, part.charge, p_actor, p_memo from part
  ), entry as (
    insert into ledger.posting (journal_id, account_id, amount)
    select part.id, v.account, v.amount from part, lateral (values
        (p_wallet, part.coins), (p_earner, -part.share), ('account_platform', part.share - part.coins)) v (account, amount)
     where v.amount <> 0 and v.account is not null
  ), used as (
    select part.charge, l.lot_id, part.id, part.coins as wanted,
           sum(case when e.id = part.charge then l.amount else -l.amount end)::bigint as amount
      from part
      join ledger.journal e on e.meter_id = p_meter and coalesce(e.reverses, e.id) = part.charge
      join ledger.lot_use l on l.journal_id = e.id
     group by part.charge, l.lot_id, part.id, part.coins
  ), back as materialized (
    select q.id, q.lot_id, least(q.amount, q.wanted - q.before)::bigint as amount from (
      select used.*, sum(amount) over (partition by charge order by lot_id desc) - amount as before
        from used where amount > 0) q
     where q.before < q.wanted
  ), noted as (
    insert into ledger.lot_use (journal_id, lot_id, amount) select id, lot_id, amount from back
  ), lots as (
    update ledger.credit_lot l set used = l.used - x.amount
      from (select lot_id, sum(amount)::bigint as amount from back group by 1) x where l.id = x.lot_id
  ), moved as (
    update ledger.balance b set posted = b.posted + x.amount
      from (select account, sum(amount)::bigint as amount
              from (select p_wallet as account, coins as amount from part union all select p_earner, -share from part) v
             where account is not null group by 1) x
     where b.account_id = x.account
  )
  select coalesce(sum(part.coins), 0)::bigint, coalesce(sum(part.share), 0)::bigint from part;
end $$;

-- Takes back every charge of a meter above a unit, as far as it stands, at most once each, into the lots that had paid it: what
-- the desk had given back of it is not given twice. The caller has locked the meters.
create or replace function ledger.reverse_charges(p_meter text[], p_above int[], p_now timestamptz) returns int
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
declare v_ids text[]; v_count int;
begin
  select array_agg(j.id) into v_ids
    from unnest(p_meter, p_above) as u (meter, above)
    join ledger.journal j on j.meter_id = u.meter and j.kind = 'charge' and j.unit_index > u.above;
  if v_ids is null then return 0; end if;
  perform ledger.lock_balances((select array_agg(distinct account_id) from ledger.posting where journal_id = any (v_ids)));
  with charge as materialized (
    select j.id, j.meter_id, j.unit_index, e.id as entry
      from ledger.journal j join ledger.journal e on e.meter_id = j.meter_id and coalesce(e.reverses, e.id) = j.id
     where j.id = any (v_ids)
  ), ins as (
    insert into ledger.journal (id, kind, idem_key, occurred_at, meter_id, unit_index, revision, reverses, memo)
    select distinct c.id || '_back', 'adjustment', 'adjustment:' || c.id, p_now, c.meter_id, c.unit_index, 1, c.id,
           'less time together than was charged'
      from charge c
        on conflict do nothing returning id, reverses
  ), back as materialized (
    select i.id, p.account_id, -sum(p.amount)::bigint as amount
      from ins i join charge c on c.id = i.reverses join ledger.posting p on p.journal_id = c.entry
     group by 1, 2 having sum(p.amount) <> 0
  ), entry as (
    insert into ledger.posting (journal_id, account_id, amount) select id, account_id, amount from back
  ), part as materialized (
    select i.id, l.lot_id, sum(case when c.entry = c.id then l.amount else -l.amount end)::bigint as amount
      from ins i join charge c on c.id = i.reverses join ledger.lot_use l on l.journal_id = c.entry
     group by 1, 2 having sum(case when c.entry = c.id then l.amount else -l.amount end) > 0
  ), used as (
    insert into ledger.lot_use (journal_id, lot_id, amount) select id, lot_id, amount from part
  ), lots as (
    update ledger.credit_lot l set used = l.used - x.amount
      from (select lot_id, sum(amount)::bigint as amount from part group by 1) x where l.id = x.lot_id
  ), moved as (
    update ledger.balance b set posted = b.posted + x.amount
      from (select account_id, sum(amount)::bigint as amount from back group by 1) x where b.account_id = x.account_id
  )
  select count(*)::int into v_count from ins;
  return v_count;
end $$;
