-- Double entry. Coins are bigint; a posting above zero increases its account; every entry sums to zero.
create schema ledger;

create table ledger.currency (
  code text primary key,
  scale int not null default 0,
  name text not null
);
insert into ledger.currency (code, scale, name) values ('COIN', 0, 'coins');

create table ledger.account (
  id text primary key,
  kind text not null check (kind in
    ('wallet', 'earner', 'platform', 'cash', 'expired', 'dispute_receivable', 'payout', 'rounding')),
  owner_id text,
  currency text not null default 'COIN' references ledger.currency,
  created_at timestamptz not null default now()
);
create unique index account_owner on ledger.account (kind, coalesce(owner_id, ''), currency);

-- A projection, rebuildable from the postings. Platform and cash have no row here: it would be hot.
create table ledger.balance (
  account_id text primary key references ledger.account,
  posted bigint not null default 0,
  held bigint not null default 0 check (held >= 0),
  floor bigint not null default 0,
  constraint balance_covered check (posted - held >= floor)
) with (fillfactor = 70);

create table ledger.journal (
  id text primary key,
  kind text not null check (kind in
    ('grant', 'topup', 'charge', 'adjustment', 'refund', 'chargeback', 'payout', 'expiry')),
  idem_key text unique,
  body_hash text,
  occurred_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  meter_id text,
  unit_index int,
  revision int not null default 0,
  reverses text references ledger.journal,
  actor text not null default 'system',
  memo text
);
-- Exactly once is this key, not a code path.
create unique index journal_unit on ledger.journal (meter_id, unit_index) where kind = 'charge';
create index journal_meter on ledger.journal (meter_id) where meter_id is not null;

create table ledger.posting (
  journal_id text not null references ledger.journal,
  account_id text not null references ledger.account,
  amount bigint not null check (amount <> 0),
  primary key (journal_id, account_id)
);
create index posting_account on ledger.posting (account_id, journal_id);

create table ledger.hold (
  id text primary key,
  account_id text not null references ledger.account,
  meter_id text not null unique,
  amount bigint not null check (amount >= 0),
  created_at timestamptz not null default now(),
  released_at timestamptz
) with (fillfactor = 70);

create table ledger.credit_lot (
  id text primary key,
  account_id text not null references ledger.account,
  kind text not null check (kind in ('purchased', 'bonus', 'gift')),
  priority smallint not null default 100,
  expires_at timestamptz,
  amount bigint not null check (amount > 0),
  used bigint not null default 0,
  created_at timestamptz not null default now(),
  check (used between 0 and amount)
) with (fillfactor = 80);
create index credit_lot_burn on ledger.credit_lot (account_id, priority, expires_at, id) where used < amount;

create table ledger.lot_use (
  journal_id text not null references ledger.journal,
  lot_id text not null references ledger.credit_lot,
  amount bigint not null check (amount > 0),
  primary key (journal_id, lot_id)
);

create function ledger.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'journal and posting are append-only: write a reversing entry' using errcode = 'P0409';
end $$;
create trigger journal_append_only before update or delete on ledger.journal
  for each statement execute function ledger.refuse_change();
create trigger posting_append_only before update or delete on ledger.posting
  for each statement execute function ledger.refuse_change();

create function ledger.require_zero_sum() returns trigger language plpgsql as $$
begin
  if exists (
    select 1 from added a join ledger.account c on c.id = a.account_id
     group by a.journal_id having sum(a.amount) <> 0 or count(distinct c.currency) > 1
  ) then
    raise exception 'a journal entry must sum to zero in one currency' using errcode = 'P0400';
  end if;
  return null;
end $$;
create trigger posting_zero_sum after insert on ledger.posting
  referencing new table as added for each statement execute function ledger.require_zero_sum();

-- The two accounts that everybody's entries lean on. They have no balance row: it would be the hottest of all.
insert into ledger.account (id, kind) values ('account_platform', 'platform'), ('account_cash', 'cash');

-- The id of a unit's charge is its key, so that whoever writes it writes the same row.
create function ledger.charge_id(p_meter text, p_unit int) returns text language sql immutable as $$
  select 'journal_' || substr(p_meter, 7) || '_' || p_unit
$$;

-- Call this in a statement of its own, before the one that writes: a CHECK looks at the row version of its own
-- statement's snapshot, so a debit whose lock waited for a top-up would fail although the coins are there.
create function ledger.lock_balances(p_accounts text[]) returns void language sql as $$
  select 1 from ledger.balance where account_id = any (p_accounts) order by account_id for update
$$;

-- Charges the due units of a set of meters as far as hold and balance reach, and holds each one's next unit.
-- The caller has locked the meters and then the balances. Coins of units: first each meter's own hold, then what
-- is spare in the wallet, in the order in which they fell due, and the next units (p_next) after all due ones.
create function ledger.post_charges(
  p_meter text[], p_wallet text[], p_earner text[], p_closing boolean[],
  p_of text[], p_unit int[], p_next boolean[],
  p_due timestamptz[], p_begin timestamptz[], p_coins bigint[], p_share bigint[]
) returns table (meter_id text, charges int, coins bigint, charged_to int, lacking_unit int, refused bigint)
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
  return query
  with m as materialized (
    select u.meter, u.wallet, u.earner, u.closing, coalesce(h.amount, 0) as hold, b.posted - b.held - b.floor as spare
      from unnest(p_meter, p_wallet, p_earner, p_closing) as u (meter, wallet, earner, closing)
      join ledger.balance b on b.account_id = u.wallet
      left join ledger.hold h on h.meter_id = u.meter
  ), c as (
    select u.*, m.wallet, m.earner, m.hold, m.spare,
           sum(u.coins) over (partition by u.meter order by u.is_next, u.unit) as cum
      from unnest(p_of, p_unit, p_next, p_due, p_begin, p_coins, p_share)
             as u (meter, unit, is_next, due_at, begins_at, coins, share)
      join m on m.meter = u.meter
  ), n as (
    select c.*, sum(greatest(0, c.cum - c.hold) - greatest(0, c.cum - c.coins - c.hold))
                  over (partition by c.wallet order by c.is_next, c.due_at, c.meter, c.unit) as run
      from c
  ), unit as materialized (
    select n.*, (n.cum <= n.hold or n.run <= n.spare) as covered from n
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

-- Takes back every charge of a meter above a unit, at most once each, into the lots that had paid it.
-- The caller has locked the meters.
create function ledger.reverse_charges(p_meter text[], p_above int[], p_now timestamptz) returns int
language plpgsql set jit = off set plan_cache_mode = force_custom_plan as $$
declare v_ids text[]; v_count int;
begin
  select array_agg(j.id) into v_ids
    from unnest(p_meter, p_above) as u (meter, above)
    join ledger.journal j on j.meter_id = u.meter and j.kind = 'charge' and j.unit_index > u.above;
  if v_ids is null then return 0; end if;
  perform ledger.lock_balances((select array_agg(distinct account_id) from ledger.posting where journal_id = any (v_ids)));
  with ins as (
    insert into ledger.journal (id, kind, idem_key, occurred_at, meter_id, unit_index, revision, reverses, memo)
    select j.id || '_back', 'adjustment', 'adjustment:' || j.id, p_now, j.meter_id, j.unit_index, 1, j.id,
           'less time together than was charged'
      from ledger.journal j where j.id = any (v_ids)
        on conflict do nothing returning id, reverses
  ), back as materialized (
    select i.id, p.account_id, -p.amount as amount from ins i join ledger.posting p on p.journal_id = i.reverses
  ), entry as (
    insert into ledger.posting (journal_id, account_id, amount) select id, account_id, amount from back
  ), part as materialized (
    select i.id, l.lot_id, l.amount from ins i join ledger.lot_use l on l.journal_id = i.reverses
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
