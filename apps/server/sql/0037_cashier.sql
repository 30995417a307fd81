-- Money that comes in and goes out: packs, top-ups, what providers said of them, payouts.
create schema cashier;

create table cashier.pack (
  id text primary key,
  place int not null,
  name text not null,
  coins bigint not null check (coins > 0),
  bonus bigint not null default 0 check (bonus >= 0),
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$')
);
insert into cashier.pack (id, place, name, coins, bonus, amount, currency) values
  ('small', 1, 'Small', 100, 0, 500, 'USD'), ('medium', 2, 'Medium', 250, 25, 1200, 'USD'),
  ('large', 3, 'Large', 600, 100, 2700, 'USD');

-- It keeps the pack as it was. `taken_back` is what was taken of the coins and bonus so far, `entries` counts how often it
-- went back or forth, so that each entry has a key of its own.
create table cashier.topup (
  id text primary key,
  person_id text not null,
  pack_id text not null,
  coins bigint not null check (coins > 0),
  bonus bigint not null check (bonus >= 0),
  amount bigint not null check (amount > 0),
  currency text not null,
  provider text not null,
  -- The provider's names for it: what we opened there, and the payment that came of it.
  provider_ref text,
  payment_ref text,
  url text,
  status text not null default 'pending'
    check (status in ('pending', 'paid', 'failed', 'expired', 'refunded', 'disputed', 'mismatch')),
  taken_back bigint not null default 0 check (taken_back between 0 and coins + bonus),
  entries int not null default 0,
  lot_ids text[] not null default '{}',
  idem_key text,
  created_at timestamptz not null,
  paid_at timestamptz
);
create unique index topup_key on cashier.topup (person_id, idem_key) where idem_key is not null;
create unique index topup_ref on cashier.topup (provider, provider_ref) where provider_ref is not null;
create index topup_payment on cashier.topup (provider, payment_ref) where payment_ref is not null;
create index topup_person on cashier.topup (person_id, id);

-- What providers said, each word once, also of payments that we do not know yet: a refund may come before what it refunds.
create table cashier.word (
  provider text not null,
  id text not null,
  topup_id text references cashier.topup,
  payment_ref text,
  word jsonb not null,
  received_at timestamptz not null,
  primary key (provider, id)
);
create index word_topup on cashier.word (topup_id);
create index word_payment on cashier.word (provider, payment_ref) where payment_ref is not null;

create table cashier.payout (
  id text primary key,
  person_id text not null,
  coins bigint not null check (coins > 0),
  status text not null default 'requested' check (status in ('requested', 'sent', 'paid', 'returned')),
  reason text,
  idem_key text,
  requested_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by text not null
);
create unique index payout_key on cashier.payout (person_id, idem_key) where idem_key is not null;
create index payout_person on cashier.payout (person_id, id);
create index payout_open on cashier.payout (id) where status in ('requested', 'sent');
