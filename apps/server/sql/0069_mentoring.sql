-- Calls that were arranged: hours, what is sold, who comes when, and who waits at the door.
create schema mentoring;

-- When a mentor has hours, on the wall clock of their zone.
create table mentoring.availability (
  person_id text primary key,
  time_zone text not null,
  weekly jsonb not null,
  exceptions jsonb not null,
  notice_ms bigint not null,
  horizon_ms bigint not null,
  buffer_ms bigint not null,
  changed_at timestamptz not null
);

create table mentoring.offering (
  id text primary key,
  mentor_id text not null,
  title text not null,
  minutes int not null check (minutes between 5 and 480),
  seats int not null check (seats between 1 and 30),
  price_kind text not null check (price_kind in ('free', 'fixed', 'per_minute')),
  -- Of a fixed price.
  coins bigint check (coins > 0),
  -- Of one by the minute: a price plan of the mentor's.
  plan_id text,
  free_until_hours int not null check (free_until_hours between 0 and 720),
  then_back text not null check (then_back in ('half', 'none')),
  created_at timestamptz not null,
  withdrawn_at timestamptz,
  check ((price_kind = 'fixed') = (coins is not null))
);
create index offering_mentor on mentoring.offering (mentor_id);

-- One session. What was agreed is kept here: an offering may change afterwards.
create table mentoring.booking (
  id text primary key,
  offering_id text not null references mentoring.offering,
  mentor_id text not null,
  title text not null,
  topic text,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- The zone in which the mentor meant it.
  time_zone text not null,
  seats int not null,
  price_kind text not null,
  coins bigint,
  share bigint,
  plan_id text,
  free_until_hours int not null,
  then_back text not null,
  status text not null default 'SCHEDULED'
    check (status in ('SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW')),
  -- Grows with each change that calendars have to know.
  sequence int not null default 0,
  -- When this time was agreed on: a reminder of before is none of this one.
  agreed_at timestamptz not null,
  reminded_day boolean not null default false,
  reminded_minutes boolean not null default false,
  call_id text,
  started_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  reason text,
  created_at timestamptz not null,
  changed_at timestamptz not null
) with (fillfactor = 80);
create index booking_mentor on mentoring.booking (mentor_id, starts_at);
create index booking_open on mentoring.booking (starts_at) where status in ('SCHEDULED', 'IN_PROGRESS');
-- Those who take a seat in the same session at the same moment make one.
create unique index booking_slot on mentoring.booking (offering_id, starts_at) where status in ('SCHEDULED', 'IN_PROGRESS');

create table mentoring.seat (
  booking_id text not null references mentoring.booking,
  person_id text not null,
  -- From 1 on; who takes the last one has it.
  seat_no int not null check (seat_no > 0),
  -- What holds and charges a fixed price in the ledger.
  reservation_id text,
  coins bigint,
  -- What was charged; null until it is decided.
  charged bigint,
  taken_at timestamptz not null,
  left_at timestamptz,
  primary key (booking_id, person_id)
);
create unique index seat_once on mentoring.seat (booking_id, seat_no) where left_at is null;
create index seat_person on mentoring.seat (person_id);

-- A number for each person, so that one column of ranges keeps everybody's time apart without an extension.
create table mentoring.calendar (
  no bigint generated always as identity primary key,
  person_id text not null unique
);

-- Nobody is at two places: a constraint, whoever asks at the same moment. A span is the person's number × 2³³ and the seconds.
create table mentoring.busy (
  booking_id text not null references mentoring.booking,
  calendar_no bigint not null references mentoring.calendar,
  span int8range not null,
  primary key (booking_id, calendar_no),
  exclude using gist (span with &&)
);

-- What was done with a booking, and by whom.
create table mentoring.event (
  booking_id text not null references mentoring.booking,
  n int not null,
  at timestamptz not null,
  by_id text not null,
  type text not null,
  payload jsonb not null default '{}',
  primary key (booking_id, n)
);

create table mentoring.lobby_entry (
  id text primary key,
  booking_id text not null references mentoring.booking,
  person_id text not null,
  state text not null check (state in ('waiting', 'admitted', 'denied', 'removed', 'left')),
  asked_at timestamptz not null,
  beat_at timestamptz not null,
  denials int not null default 0,
  decided_at timestamptz,
  decided_by text,
  sentence text,
  waited_ms bigint not null default 0,
  unique (booking_id, person_id)
) with (fillfactor = 70);
