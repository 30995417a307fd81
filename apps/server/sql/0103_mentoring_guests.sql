-- Since when the link for guests of a session is good; null: none are let in.
alter table mentoring.booking add column guests_from timestamptz;

-- Who came by a link, and by which one.
create table mentoring.guest (
  booking_id text not null references mentoring.booking,
  person_id text not null,
  link_at timestamptz not null,
  came_at timestamptz not null,
  primary key (booking_id, person_id)
);
