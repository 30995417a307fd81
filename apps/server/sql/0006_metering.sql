-- What a call costs: plans, meters, and the units that will fall due, written ahead.
create schema metering;

create table metering.price_plan (
  id text not null,
  version int not null,
  name text not null,
  policy text not null,
  initial_ms bigint not null,
  increment_ms bigint not null check (increment_ms > 0),
  threshold_ms bigint not null,
  first_threshold_ms bigint not null,
  price bigint not null check (price >= 0),
  initial_price bigint not null check (initial_price >= 0),
  connect_fee bigint not null default 0,
  free_below_ms bigint not null default 0,
  max_charge bigint,
  tiers jsonb not null default '[]',
  bridge_gap_ms bigint not null default 0,
  currency text not null default 'COIN',
  earner_share_bp int not null default 7000 check (earner_share_bp between 0 and 10000),
  created_at timestamptz not null default now(),
  primary key (id, version)
);
insert into metering.price_plan
  (id, version, name, policy, initial_ms, increment_ms, threshold_ms, first_threshold_ms, price, initial_price)
values
  ('standard', 1, 'Standard', 'completed-minute', 60000, 60000, 60000, 60000, 10, 10);

create table metering.meter (
  id text primary key,
  call_id text not null,
  payer_id text not null,
  earner_id text,
  wallet_account_id text not null,
  earner_account_id text,
  plan_id text not null,
  plan_version int not null,
  -- Both sides' proven time: a unit due after this waits. Null until both have met.
  proven_until timestamptz,
  -- Nobody here beats and LiveKit says that both are there: proven up to the clock, corrected if it was wrong.
  proven_by_now boolean not null default false,
  -- From here on time adds up without a break, if nothing is heard; null while the meter rests.
  resumes_at timestamptz,
  billable_ms bigint not null default 0,
  -- What the coins at hand reach to: told ahead of time, and certain from exhausted_at on.
  final_at timestamptz,
  -- No coins for the next unit: the meter stands from here on.
  exhausted_at timestamptz,
  cut_at timestamptz,
  -- Stretches in which it stood and that a top-up ended, [[from_ms, to_ms], …]: unpaid.
  stops jsonb not null default '[]',
  warned_ms bigint,
  shortfall bigint not null default 0,
  -- Set when an ended call turned out to have fewer units than were charged: those above are taken back.
  adjust_above int,
  -- Units that late facts showed after settlement: nobody is charged for them any more.
  waived_units int not null default 0,
  revision int not null default 0,
  closing_at timestamptz,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  foreign key (plan_id, plan_version) references metering.price_plan (id, version),
  unique (call_id, payer_id)
) with (fillfactor = 70);
create index meter_open on metering.meter (call_id) where settled_at is null;
create index meter_closing on metering.meter (closing_at) where closing_at is not null and settled_at is null;
create index meter_final on metering.meter (final_at) where final_at is not null and settled_at is null;
create index meter_adjust on metering.meter (id) where adjust_above is not null;

create table metering.due (
  meter_id text not null references metering.meter,
  unit_index int not null,
  -- When its stretch begins and when it falls due; null while the meter rests before it.
  begins_at timestamptz,
  due_at timestamptz,
  coins bigint not null check (coins >= 0),
  share bigint not null check (share >= 0 and share <= coins),
  charged_journal_id text,
  primary key (meter_id, unit_index)
) with (fillfactor = 80);
create index due_open on metering.due (due_at) where charged_journal_id is null;
