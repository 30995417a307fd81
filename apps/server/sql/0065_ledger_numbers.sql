-- Entries, accounts, lots and meters have numbers, and what there is of each charge names them by these: the ids of some thirty
-- characters, which every row and every index repeated, were two thirds of what a charge weighed. Nothing of what is kept changes; the
-- id of a charge follows from its meter and its unit (ledger.charge_id) and is not written down.
alter table ledger.account add column no bigint generated always as identity;
alter table ledger.account add constraint account_no unique (no);
alter table ledger.credit_lot add column no bigint generated always as identity;
alter table ledger.credit_lot add constraint credit_lot_no unique (no);

-- The meters that entries name.
create table ledger.meter (
  no bigint generated always as identity primary key,
  id text not null unique
);
insert into ledger.meter (id)
  select m.meter_id from (select meter_id from ledger.journal where meter_id is not null union select meter_id from ledger.hold) m
   order by m.meter_id;

alter table ledger.journal rename to journal_of_text;
alter table ledger.posting rename to posting_of_text;
alter table ledger.lot_use rename to lot_use_of_text;

-- In the order in which they were written, so that a statement reads backwards from its last entry.
create sequence ledger.journal_no;
create table ledger.journal (
  no bigint not null default nextval('ledger.journal_no'),
  meter_no bigint,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  -- Where the stretch of a charged unit began.
  began_at timestamptz,
  reverses_no bigint,
  unit_index int,
  kind text not null,
  -- Of a charge it follows from meter and unit.
  id text,
  idem_key text,
  body_hash text,
  -- Null: the system itself.
  actor text,
  memo text
);
alter sequence ledger.journal_no owned by ledger.journal.no;

create temp table numbered on commit drop as
  select id, row_number() over (order by recorded_at, occurred_at, id) as no from ledger.journal_of_text;
analyze numbered;
insert into ledger.journal
    (no, meter_no, occurred_at, recorded_at, began_at, reverses_no, unit_index, kind, id, idem_key, body_hash, actor, memo)
  select n.no, m.no, j.occurred_at, j.recorded_at, d.begins_at, r.no, j.unit_index, j.kind,
         case when j.kind <> 'charge' then j.id end, j.idem_key, j.body_hash, nullif(j.actor, 'system'), j.memo
    from ledger.journal_of_text j join numbered n on n.id = j.id
    left join ledger.meter m on m.id = j.meter_id
    left join numbered r on r.id = j.reverses
    left join metering.due d on j.kind = 'charge' and d.meter_id = j.meter_id and d.unit_index = j.unit_index
   order by n.no;
select setval('ledger.journal_no', coalesce(max(no), 0) + 1, false) from ledger.journal;

create table ledger.posting (
  journal_no bigint not null,
  account_no bigint not null,
  amount bigint not null check (amount <> 0)
);
insert into ledger.posting (journal_no, account_no, amount)
  select n.no, a.no, p.amount from ledger.posting_of_text p
    join numbered n on n.id = p.journal_id join ledger.account a on a.id = p.account_id order by n.no;

create table ledger.lot_use (
  journal_no bigint not null,
  lot_no bigint not null,
  amount bigint not null check (amount > 0)
);
insert into ledger.lot_use (journal_no, lot_no, amount)
  select n.no, l.no, u.amount from ledger.lot_use_of_text u
    join numbered n on n.id = u.journal_id join ledger.credit_lot l on l.id = u.lot_id order by n.no;

drop table ledger.lot_use_of_text, ledger.posting_of_text, ledger.journal_of_text;

alter table ledger.journal add primary key (no),
  add foreign key (meter_no) references ledger.meter,
  add foreign key (reverses_no) references ledger.journal,
  add check (kind in ('grant', 'topup', 'charge', 'adjustment', 'refund', 'chargeback', 'payout', 'expiry')),
  add check (case when kind = 'charge' then id is null and meter_no is not null and unit_index is not null else id is not null end);
-- Exactly once is this key, not a code path: a charge has no id, and no two have the same meter and unit.
create unique index journal_unit on ledger.journal (meter_no, unit_index, id) nulls not distinct where meter_no is not null;
create unique index journal_idem_key on ledger.journal (idem_key) where idem_key is not null;
create unique index journal_id on ledger.journal (id) where id is not null;
alter table ledger.posting add primary key (account_no, journal_no),
  add foreign key (journal_no) references ledger.journal,
  add foreign key (account_no) references ledger.account (no);
create index posting_journal on ledger.posting (journal_no);
alter table ledger.lot_use add primary key (journal_no, lot_no),
  add foreign key (journal_no) references ledger.journal,
  add foreign key (lot_no) references ledger.credit_lot (no);

create trigger journal_append_only before update or delete on ledger.journal
  for each statement execute function ledger.refuse_change();
create trigger posting_append_only before update or delete on ledger.posting
  for each statement execute function ledger.refuse_change();
create or replace function ledger.require_zero_sum() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a join ledger.account c on c.no = a.account_no
     group by a.journal_no having sum(a.amount) <> 0 or count(distinct c.currency) > 1
  ) then
    raise exception 'a journal entry must sum to zero in one currency' using errcode = 'P0400';
  end if;
  return null;
end $$;
create trigger posting_zero_sum after insert on ledger.posting
  referencing new table as added for each statement execute function ledger.require_zero_sum();
analyze ledger.journal;
analyze ledger.posting;
analyze ledger.lot_use;

-- Numbers of these meters, of those that have none yet as well. The caller has locked the meters.
create function ledger.number_meters(p_meter text[]) returns void language sql as $$
  insert into ledger.meter (id) select u.id from unnest(p_meter) as u (id)
   where not exists (select from ledger.meter m where m.id = u.id) on conflict do nothing
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
  v_covered boolean[] := array_fill(false, array[greatest(cardinality(p_of), 1)]);
  v_stopped boolean[] := array_fill(false, array[greatest(cardinality(p_meter), 1)]);
  v_wallet text;
  v_used numeric;
  v_needs numeric;
  r record;
begin
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

-- What stands of each charge of a meter: its own entry, less what was given back of it.
drop function ledger.standing(text, text, text);
create function ledger.standing(p_meter text, p_wallet text, p_earner text)
returns table (charge bigint, unit int, coins bigint, share bigint) language sql stable as $$
  select c.no, c.unit_index,
         coalesce(-sum(p.amount) filter (where a.id = p_wallet), 0)::bigint,
         coalesce(sum(p.amount) filter (where a.id = p_earner), 0)::bigint
    from ledger.meter m
    join ledger.journal c on c.meter_no = m.no and c.kind = 'charge'
    join ledger.journal e on e.meter_no = c.meter_no and coalesce(e.reverses_no, e.no) = c.no
    join ledger.posting p on p.journal_no = e.no
    join ledger.account a on a.no = p.account_no
   where m.id = p_meter
   group by c.no
$$;

-- Gives coins of a meter's charges back, from the last one on, each at most as far as it stands, into the lots that had paid it; the
-- earner gives back their part. The caller has locked the meter and then the balances, and knows that so much stands.
create or replace function ledger.refund_charges(
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
           ledger.charge_id(p_meter, t.unit) || '_' || p_refund as id, nextval('ledger.journal_no') as no
      from turn t where t.before < p_coins
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
      join ledger.journal e on e.meter_no = m.no and coalesce(e.reverses_no, e.no) = part.charge
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
      join ledger.journal e on e.meter_no = j.meter_no and coalesce(e.reverses_no, e.no) = j.no
     where j.no = any (v_nos)
  ), ins as (
    insert into ledger.journal (id, kind, idem_key, occurred_at, meter_no, unit_index, reverses_no, memo)
    select distinct c.id || '_back', 'adjustment', 'adjustment:' || c.id, p_now, c.meter_no, c.unit_index, c.no,
           'less time together than was charged'
      from charge c
        on conflict do nothing returning no, reverses_no
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
  )
  select count(*)::int into v_count from ins;
  return v_count;
end $$;
