-- What somebody of a call had unpaid and is over (PRES-F22, PRES-F25, PRES-F27) was in the memory of one node: after its start, or at another
-- node, it began anew. A row for each such time, and one for being shut out, which settles all before it; none counts for more than
-- ten minutes. It is no fold of the log: a rebuild leaves it alone.
create table presence.unpaid (
  room_name text not null,
  person text not null,
  kind text not null check (kind in ('unheard', 'stopped', 'shut_out')),
  from_at timestamptz not null,
  to_at timestamptz not null,
  primary key (room_name, person, kind, from_at)
);
create index unpaid_to_at on presence.unpaid (to_at);
