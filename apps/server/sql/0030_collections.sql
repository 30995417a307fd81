-- Credits, who owes them, who collects them, and what was paid.
create schema collections;

create table collections.debtor (
  id text primary key,
  external_id text unique,
  name text not null,
  phone text,
  zone text,
  created_by text not null,
  created_at timestamptz not null
);

create table collections.assignment (
  id text primary key,
  debtor_id text not null references collections.debtor,
  collector_id text not null,
  by_id text not null,
  since timestamptz not null,
  until timestamptz
);
create unique index assignment_now on collections.assignment (debtor_id) where until is null;
create index assignment_of_collector on collections.assignment (collector_id) where until is null;

create table collections.credit (
  id text primary key,
  external_id text unique,
  debtor_id text not null references collections.debtor,
  principal bigint not null check (principal > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  ends_on date not null,
  status text not null default 'active' check (status in ('active', 'paid', 'written_off', 'cancelled')),
  -- Payments minus reversals: the sum of its entries, written in their transaction.
  paid bigint not null default 0 check (paid >= 0),
  -- When something of it is due next; null when nothing is.
  next_due_on date,
  created_by text not null,
  created_at timestamptz not null
);
create index credit_by_due on collections.credit (next_due_on, id) where next_due_on is not null;
create index credit_of_debtor on collections.credit (debtor_id);

create table collections.installment (
  credit_id text not null references collections.credit,
  number int not null,
  due_on date not null,
  amount bigint not null check (amount > 0),
  primary key (credit_id, number)
);

-- What was paid, and what of it was taken back. Never changed.
create table collections.entry (
  id text primary key,
  credit_id text not null references collections.credit,
  kind text not null check (kind in ('payment', 'reversal')),
  amount bigint not null check (amount > 0),
  paid_at timestamptz not null,
  reverses text unique references collections.entry,
  reason text,
  by_id text not null,
  recorded_at timestamptz not null,
  check ((kind = 'reversal') = (reverses is not null)),
  check ((kind = 'reversal') = (reason is not null))
);
create index entry_of_credit on collections.entry (credit_id, recorded_at);

-- What happened to a credit, by whom.
create table collections.event (
  seq bigint generated always as identity primary key,
  credit_id text not null references collections.credit,
  at timestamptz not null,
  by_id text not null,
  what text not null,
  detail jsonb not null default '{}'
);
create index event_of_credit on collections.event (credit_id, seq);

-- Work that one node of all does at a time: whoever holds the lease, until it runs out.
create table collections.lease (
  name text primary key,
  holder text,
  until timestamptz not null
);
