-- Which room of LiveKit is whose, as calls claim it: a fact finds its call here.
create table presence.room_claim (
  room_name text primary key,
  -- What people call it.
  alias text not null,
  call_id text not null,
  people text[] not null,
  from_at timestamptz not null,
  to_at timestamptz
) with (fillfactor = 80);
create index room_claim_alias on presence.room_claim (alias);
create index room_claim_open on presence.room_claim (from_at) where to_at is null;
insert into presence.room_claim (room_name, alias, call_id, people, from_at)
select c.room_name, c.room_name, c.id,
  array(select p.person_id from calls.call_person p where p.call_id = c.id order by p.person_id), c.created_at
from calls.call c where c.status <> 'ended';

-- Appends facts that came as a JSON array, none of them twice in it, and says how many were new. Call it as the last
-- statement before the commit: from here on every other writer of the log waits. The head is locked first and by a
-- statement of its own, so that the next one sees all that others have committed, and a fact that was told twice is
-- stored once. A fact whose teller names no call has that of its room, if it is about the room or about one of the
-- call's people, as the identity that their token signs names them.
drop function presence.append(jsonb, jsonb);
create function presence.append(facts jsonb) returns bigint language plpgsql as $$
declare
  head bigint;
  stored bigint;
begin
  select seq into strict head from platform.log_head where name = 'presence.fact' for update;
  insert into presence.fact (seq, source, source_event_id, room_name, room_sid, participant_sid, identity, call_id,
    type, occurred_at, received_at, payload)
  select head + row_number() over (), told."source", told."sourceEventId", told."roomName", told."roomSid",
    told."participantSid", told."identity",
    coalesce(told."callId", (select c.call_id from presence.room_claim c where c.room_name = told."roomName"
      and (coalesce(told."participantSid", told."identity") is null
        or split_part(told."identity", '~', 1) = any(c.people)))),
    told."type", told."occurredAt", told."receivedAt", told."payload"
  from jsonb_to_recordset(facts) as told ("source" text, "sourceEventId" text, "roomName" text, "roomSid" text,
    "participantSid" text, "identity" text, "callId" text, "type" text, "occurredAt" timestamptz,
    "receivedAt" timestamptz, "payload" jsonb)
  -- A look-up of its own for each: as an anti-join it would be planned by whatever the statistics say of a log that
  -- grows faster than they are gathered.
  where (select true from presence.fact had
    where had.source = told."source" and had.source_event_id = told."sourceEventId" limit 1) is null;
  get diagnostics stored = row_count;
  update platform.log_head set seq = head + stored where name = 'presence.fact' and stored > 0;
  return stored;
end $$;
