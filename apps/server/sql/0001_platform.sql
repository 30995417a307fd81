-- What every module stands on: heads of logs, cursors of followers, commands to the world outside.
create schema if not exists platform;

-- A log that is followed by a cursor takes its seq from this locked row, as the last statement before the
-- commit: an identity column would let a late commit slip in behind a cursor that has passed.
create table platform.log_head (
  name text primary key,
  seq bigint not null default 0
);

create table platform.follower (
  name text primary key,
  seq bigint not null default 0,
  moved_at timestamptz not null default now()
);

-- Commands that leave the process (close a room, remove a person): written in the business transaction,
-- carried out afterwards, retried until done. One row per (topic, key), so asking twice is asking once.
create table platform.outbox (
  id text primary key,
  topic text not null,
  key text not null,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts int not null default 0,
  last_error text,
  done_at timestamptz,
  unique (topic, key)
);
create index outbox_open on platform.outbox (due_at) where done_at is null;
