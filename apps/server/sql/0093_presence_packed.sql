-- Most of a log is what LiveKit says in its webhooks, and most of that it says each time: their payloads are packed by the server
-- (apps/server/src/presence/packed-payload.ts). Those that are there stay as they are.
alter table presence.fact add column packed bytea;
-- Its rows come in this order and are never changed: no room is left for others between them.
alter index presence.fact_pkey set (fillfactor = 100);

-- As in 0084. A payload that is packed is null here; `latido` and the routes of facts read it.
create or replace view presence.fact_told as
select f.seq, presence.source_of(f.source) as source, f.source_event_id, p.room_name, p.room_sid, p.participant_sid, p.identity, p.call_id,
       t.name as type, f.occurred_at, f.received_at,
       case when f.packed is null then coalesce(f.payload, presence.plain_payload(f.source, f.source_event_id)) end as payload, f.packed
  from presence.fact f join presence.place p on p.no = f.place_no join presence.fact_type t on t.no = f.type_no;

-- As in 0084, with what is packed.
create or replace function presence.append(facts jsonb) returns bigint language plpgsql as $$
declare
  head bigint;
  stored bigint;
begin
  select seq into strict head from platform.log_head where name = 'presence.fact' for update;
  with told as materialized (
    select row_number() over () as nth, s.no as source, told."sourceEventId" as id, told."type", told."receivedAt" as received_at,
      least(told."receivedAt",
        greatest(told."occurredAt", case when whose.call_id = claim.call_id then claim.from_at end)) as occurred_at,
      told."payload", decode(told."packed", 'base64') as packed, told."roomName" as room_name, told."roomSid" as room_sid, told."participantSid" as participant_sid,
      told."identity", whose.call_id,
      presence.place_key(told."roomName", told."roomSid", told."participantSid", told."identity", whose.call_id) as key
    from jsonb_to_recordset(facts) as told ("source" text, "sourceEventId" text, "roomName" text, "roomSid" text,
      "participantSid" text, "identity" text, "callId" text, "type" text, "occurredAt" timestamptz,
      "receivedAt" timestamptz, "payload" jsonb, "packed" text)
    cross join lateral (select presence.source_no(told."source") as no) s
    -- One look-up for each, as below.
    left join lateral (select * from presence.room_claim c where c.room_name = told."roomName" limit 1) claim on true
    cross join lateral (select coalesce(told."callId", case when coalesce(told."participantSid", told."identity") is null
      or split_part(told."identity", '~', 1) = any(claim.people) then claim.call_id end) as call_id) whose
    -- A look-up of its own for each: as an anti-join it would be planned by whatever the statistics say of a log that
    -- grows faster than they are gathered.
    where (select true from presence.fact had
      where presence.fact_key(had.source, had.source_event_id) = presence.fact_key(s.no, told."sourceEventId") limit 1) is null
  ), known as materialized (
    select told.*, (select p.no from presence.place p where p.key = told.key
      and row(p.room_name, p.room_sid, p.participant_sid, p.identity, p.call_id)
          is not distinct from row(told.room_name, told.room_sid, told.participant_sid, told.identity, told.call_id)
      limit 1) as place_no from told
  ), numbered as materialized (
    select k.*, case when place_no is null and 1 = row_number() over (
        partition by key, room_name, room_sid, participant_sid, identity, call_id order by nth) then nextval('presence.place_no') end as made_no
      from known k
  ), made as (
    insert into presence.place (no, key, room_name, room_sid, participant_sid, identity, call_id)
    select made_no, key, room_name, room_sid, participant_sid, identity, call_id from numbered where made_no is not null
  ), named as (
    insert into presence.fact_type (name)
    select distinct told.type from told where not exists (select from presence.fact_type t where t.name = told.type)
    returning no, name
  )
  insert into presence.fact (seq, place_no, occurred_at, received_at, type_no, source, source_event_id, payload, packed)
  select head + k.nth, k.place_no, k.occurred_at, k.received_at,
      coalesce((select t.no from presence.fact_type t where t.name = k.type), (select n.no from named n where n.name = k.type)),
      k.source, k.id, nullif(k.payload, presence.plain_payload(k.source, k.id)), k.packed
    from (select n.nth, n.occurred_at, n.received_at, n.type, n.source, n.id, n.payload, n.packed, coalesce(n.place_no, max(n.made_no) over (
        partition by n.key, n.room_name, n.room_sid, n.participant_sid, n.identity, n.call_id)) as place_no from numbered n) k
   order by k.nth;
  get diagnostics stored = row_count;
  update platform.log_head set seq = head + stored where name = 'presence.fact' and stored > 0;
  return stored;
end $$;
