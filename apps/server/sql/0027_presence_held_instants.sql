-- Every instant of a fact is held within the making of its call and our hearing of it, whoever tells it (PRES-R22): before
-- this, a clock that was off moved money. Else as in 0012.
create or replace function presence.append(facts jsonb) returns bigint language plpgsql as $$
declare
  head bigint;
  stored bigint;
begin
  select seq into strict head from platform.log_head where name = 'presence.fact' for update;
  insert into presence.fact (seq, source, source_event_id, room_name, room_sid, participant_sid, identity, call_id,
    type, occurred_at, received_at, payload)
  select head + row_number() over (), told."source", told."sourceEventId", told."roomName", told."roomSid",
    told."participantSid", told."identity", whose.call_id, told."type",
    least(told."receivedAt",
      greatest(told."occurredAt", case when whose.call_id = claim.call_id then claim.from_at end)),
    told."receivedAt", told."payload"
  from jsonb_to_recordset(facts) as told ("source" text, "sourceEventId" text, "roomName" text, "roomSid" text,
    "participantSid" text, "identity" text, "callId" text, "type" text, "occurredAt" timestamptz,
    "receivedAt" timestamptz, "payload" jsonb)
  -- One look-up for each, as below.
  left join lateral (select * from presence.room_claim c where c.room_name = told."roomName" limit 1) claim on true
  cross join lateral (select coalesce(told."callId", case when coalesce(told."participantSid", told."identity") is null
    or split_part(told."identity", '~', 1) = any(claim.people) then claim.call_id end) as call_id) whose
  -- A look-up of its own for each: as an anti-join it would be planned by whatever the statistics say of a log that
  -- grows faster than they are gathered.
  where (select true from presence.fact had
    where had.source = told."source" and had.source_event_id = told."sourceEventId" limit 1) is null;
  get diagnostics stored = row_count;
  update platform.log_head set seq = head + stored where name = 'presence.fact' and stored > 0;
  return stored;
end $$;
