-- Who looks for whom, what they are offered, and what they say of each other afterwards.
create schema matching;

-- Who looks for somebody, and who takes calls: the row stays during an offer and a call.
create table matching.waiting (
  person_id text primary key,
  side text not null check (side in ('payer', 'earner')),
  since timestamptz not null,
  ahead boolean not null default false,
  free_since timestamptz not null,
  beat_at timestamptz not null,
  silences int not null default 0,
  -- A payer's wishes.
  max_price bigint,
  language text,
  connect_at_once boolean not null default false,
  -- An earner's terms: the plan, what it asks a minute, what it holds first.
  plan_id text,
  price bigint,
  ask_first boolean not null default false,
  last_partner_id text,
  -- Why they are in line no more; told once they ask.
  off text check (off in ('silent', 'no_coins', 'quiet', 'ended')),
  missing bigint,
  off_at timestamptz
) with (fillfactor = 60);

create table matching.offer (
  id text primary key,
  payer_id text not null,
  earner_id text not null,
  call_id text not null unique,
  room_name text not null,
  price bigint not null,
  policy text not null,
  created_at timestamptz not null,
  deadline_at timestamptz not null,
  payer_accepted_at timestamptz,
  earner_accepted_at timestamptz,
  -- When the second of them accepted.
  accepted_at timestamptz,
  outcome text check (outcome in ('skipped', 'expired', 'gone', 'next', 'ended')),
  decided_at timestamptz,
  decided_by text
);
create index offer_open on matching.offer (id) where decided_at is null;

-- One offer or call a person, whoever pairs: a constraint, not a check.
create table matching.engaged (
  person_id text primary key,
  offer_id text not null references matching.offer
);
create index engaged_offer on matching.engaged (offer_id);

-- One next a call.
create table matching.next (
  call_id text primary key,
  by_id text not null,
  at timestamptz not null
);

create table matching.rating (
  call_id text not null,
  by_id text not null,
  of_id text not null,
  stars int not null check (stars between 1 and 5),
  text text,
  at timestamptz not null,
  primary key (call_id, by_id)
);
create index rating_of on matching.rating (of_id);

create table matching.report (
  id text primary key,
  call_id text not null,
  by_id text not null,
  of_id text not null,
  reason text not null,
  text text,
  at timestamptz not null,
  closed_by text,
  closed_at timestamptz,
  note text,
  unique (call_id, by_id)
);
create index report_open on matching.report (id) where closed_at is null;
