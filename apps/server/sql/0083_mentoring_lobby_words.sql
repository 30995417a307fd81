-- What a host writes to who waits: to one, or to all (null).
create table mentoring.lobby_word (
  n bigint generated always as identity primary key,
  booking_id text not null references mentoring.booking,
  entry_id text references mentoring.lobby_entry,
  by_id text not null,
  text text not null,
  at timestamptz not null
);
create index lobby_word_of on mentoring.lobby_word (booking_id, n);
