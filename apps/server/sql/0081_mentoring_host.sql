-- What a host does in a session's room: locks it, makes others hosts, sees who would speak.
alter table mentoring.booking add column locked_at timestamptz;
alter table mentoring.lobby_entry add column is_host boolean not null default false;

-- Hands that were raised, in the order of raising; the record keeps those that went down.
create table mentoring.hand (
  n bigint generated always as identity primary key,
  booking_id text not null references mentoring.booking,
  person_id text not null,
  raised_at timestamptz not null,
  lowered_at timestamptz,
  lowered_by text
) with (fillfactor = 80);
create unique index hand_up on mentoring.hand (booking_id, person_id) where lowered_at is null;
