-- How far the clock of each LiveKit was off when a node last said so. Without it the first word after a start of ours, if it is late,
-- would be taken for a clock that is farther behind than it is.
create table presence.livekit_clock (
  key text primary key,
  offset_ms bigint not null,
  heard_at timestamptz not null
);
