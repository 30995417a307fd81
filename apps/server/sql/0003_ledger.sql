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
