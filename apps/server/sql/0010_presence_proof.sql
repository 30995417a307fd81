-- The last proof of life of each sid that beats, as its node wrote it down some seconds ago. The log gets a proof at
-- changes of state, when metering asks, at the end and at shutdown; of a node that died without a word this is what is
-- left, and whoever lives puts it into the log.
create table presence.proof (
  participant_sid text primary key,
  via text not null check (via in ('beat', 'media')),
  -- The stretch that is proved and not in the log.
  from_at timestamptz not null,
  to_at timestamptz not null,
  node text not null,
  call_id text,
  room_name text not null,
  room_sid text,
  identity text not null
) with (fillfactor = 50);
