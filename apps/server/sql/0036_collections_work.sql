-- How it was paid, what was promised, when the check was made last.
alter table collections.entry add column method text check (method in ('cash', 'transfer', 'card'));
create index entry_paid on collections.entry (paid_at) where kind = 'payment';
create index entry_of_person on collections.entry (by_id, id) where kind = 'payment';

-- The day on which the debtor said that they would pay; null once they have paid something.
alter table collections.credit add column promised_on date;

-- Somebody means to go to a debtor, was there, or was promised a payment. Never changed.
create table collections.visit (
  id text primary key,
  credit_id text not null references collections.credit,
  kind text not null check (kind in ('planned', 'done', 'promise')),
  on_day date not null,
  note text,
  by_id text not null,
  recorded_at timestamptz not null
);
create index visit_of_credit on collections.visit (credit_id, recorded_at);

alter table collections.lease add column done_at timestamptz;
create index debtor_by_name on collections.debtor (lower(name), id);
