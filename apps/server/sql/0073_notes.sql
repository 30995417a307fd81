-- What the people of a session write together.
create schema notes;

-- A page. Its row is locked before an update is numbered.
create table notes.page (
  booking_id text primary key,
  -- Of its last update.
  seq bigint not null default 0,
  -- All updates up to this one, put together; those after it stand in notes.update.
  snapshot bytea,
  snapshot_seq bigint not null default 0,
  bytes bigint not null default 0,
  mentees_write boolean not null default true,
  changed_at timestamptz,
  -- The first change that no version holds.
  changed_since timestamptz,
  last_version int not null default 0
) with (fillfactor = 50);
create index page_changed on notes.page (changed_since) where changed_since is not null;

create table notes.update (
  booking_id text not null,
  seq bigint not null,
  body bytea not null,
  primary key (booking_id, seq)
);

-- The page as it stood. Compressed.
create table notes.version (
  booking_id text not null,
  n int not null,
  at timestamptz not null,
  kind text not null check (kind in ('auto', 'end', 'named', 'restored')),
  name text,
  by_id text,
  body bytea not null,
  primary key (booking_id, n)
);
