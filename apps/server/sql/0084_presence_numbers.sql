-- What facts are about has a number, and so has what they are called: the names of some thirty characters, which every row and every index
-- repeated, were two thirds of what a fact weighed. Nothing of what is kept changes; presence.fact_told reads as the table did.
create sequence presence.place_no;
create table presence.place (
  no bigint primary key default nextval('presence.place_no'),
  -- Finds it by all that it says (presence.place_key). Two places that say the same do no harm.
  key bigint not null,
  room_name text not null,
  room_sid text,
  participant_sid text,
  identity text,
  call_id text
);
alter sequence presence.place_no owned by presence.place.no;
create table presence.fact_type (
  -- Below 1,000: those that end something, of which there are a few among hundreds of proofs.
  no int generated always as identity (start with 1000) primary key,
  name text not null unique
);
insert into presence.fact_type (no, name) overriding system value
select nth, name from unnest(array['room_finished', 'bye', 'hang_up', 'host_ended', 'next', 'not_matched', 'removed', 'shut_out',
  'grace_expired', 'out_of_balance', 'no_answer', 'expired']) with ordinality as t (name, nth);

create function presence.source_no(source text) returns smallint language sql immutable parallel safe as $$
  select array_position(array['webhook', 'sdk', 'proof', 'poll', 'api', 'admin', 'detector'], source)::smallint
$$;
create function presence.source_of(no smallint) returns text language sql immutable parallel safe as $$
  select (array['webhook', 'sdk', 'proof', 'poll', 'api', 'admin', 'detector'])[no]
$$;
create function presence.place_key(room_name text, room_sid text, participant_sid text, identity text, call_id text)
returns bigint language sql stable parallel safe as $$
  select hashtextextended(row(room_name, room_sid, participant_sid, identity, call_id)::text, 0)
$$;
create function presence.fact_key(source smallint, source_event_id text) returns uuid language sql immutable parallel safe as $$
  select md5(source::text || ' ' || source_event_id)::uuid
$$;
-- What the payload of a fact is where none is stored: a proof's id ends with what it proves, `beat:<from ms>:<to ms>`.
create function presence.plain_payload(source smallint, source_event_id text) returns jsonb language sql immutable parallel safe as $$
  select case when source = 3 and source_event_id ~ ':(beat|media):[1-9][0-9]{0,14}:[1-9][0-9]{0,14}$'
    then jsonb_build_object('fromAt', split_part(source_event_id, ':', -2)::bigint, 'toAt', split_part(source_event_id, ':', -1)::bigint,
      'via', split_part(source_event_id, ':', -3))
    else '{}' end
$$;

alter table presence.fact rename to fact_of_names;
create table presence.fact (
  seq bigint not null,
  place_no bigint not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  type_no int not null,
  source smallint not null,
  source_event_id text not null,
  -- Null: presence.plain_payload.
  payload jsonb
);
insert into presence.fact_type (name)
  select distinct f.type from presence.fact_of_names f
   where not exists (select from presence.fact_type t where t.name = f.type) order by 1;
insert into presence.place (key, room_name, room_sid, participant_sid, identity, call_id)
  select presence.place_key(room_name, room_sid, participant_sid, identity, call_id), room_name, room_sid, participant_sid, identity, call_id
    from presence.fact_of_names group by room_name, room_sid, participant_sid, identity, call_id order by min(seq);
analyze presence.place;
analyze presence.fact_type;
insert into presence.fact (seq, place_no, occurred_at, received_at, type_no, source, source_event_id, payload)
  select f.seq, p.no, f.occurred_at, f.received_at, t.no, s.no, f.source_event_id,
         nullif(f.payload, presence.plain_payload(s.no, f.source_event_id))
    from presence.fact_of_names f
    join presence.place p on p.key = presence.place_key(f.room_name, f.room_sid, f.participant_sid, f.identity, f.call_id)
      and row(p.room_name, p.room_sid, p.participant_sid, p.identity, p.call_id)
          is not distinct from row(f.room_name, f.room_sid, f.participant_sid, f.identity, f.call_id)
    join presence.fact_type t on t.name = f.type
    cross join lateral (select presence.source_no(f.source) as no) s
   order by f.seq;
drop table presence.fact_of_names;

alter table presence.fact add primary key (seq);
-- Once: this key, not a code path.
create unique index fact_once on presence.fact (presence.fact_key(source, source_event_id));
create index fact_place on presence.fact (place_no, seq);
create index fact_ending on presence.fact (place_no, seq) where type_no < 1000;
create index place_key on presence.place (key);
create index place_participant on presence.place (participant_sid) where participant_sid is not null;
create index place_call on presence.place (call_id) where call_id is not null;
create index place_room on presence.place (room_name);
create index place_whole_room on presence.place (room_sid) where participant_sid is null;
analyze presence.fact;

-- Facts with their names.
create view presence.fact_told as
select f.seq, presence.source_of(f.source) as source, f.source_event_id, p.room_name, p.room_sid, p.participant_sid, p.identity, p.call_id,
       t.name as type, f.occurred_at, f.received_at,
       coalesce(f.payload, presence.plain_payload(f.source, f.source_event_id)) as payload
  from presence.fact f join presence.place p on p.no = f.place_no join presence.fact_type t on t.no = f.type_no;

-- As in 0027, by numbers: a place and a type that have none yet get one, under the locked head as well.
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
      told."payload", told."roomName" as room_name, told."roomSid" as room_sid, told."participantSid" as participant_sid,
      told."identity", whose.call_id,
      presence.place_key(told."roomName", told."roomSid", told."participantSid", told."identity", whose.call_id) as key
    from jsonb_to_recordset(facts) as told ("source" text, "sourceEventId" text, "roomName" text, "roomSid" text,
      "participantSid" text, "identity" text, "callId" text, "type" text, "occurredAt" timestamptz,
      "receivedAt" timestamptz, "payload" jsonb)
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
  insert into presence.fact (seq, place_no, occurred_at, received_at, type_no, source, source_event_id, payload)
  select head + k.nth, k.place_no, k.occurred_at, k.received_at,
      coalesce((select t.no from presence.fact_type t where t.name = k.type), (select n.no from named n where n.name = k.type)),
      k.source, k.id, nullif(k.payload, presence.plain_payload(k.source, k.id))
    from (select n.nth, n.occurred_at, n.received_at, n.type, n.source, n.id, n.payload, coalesce(n.place_no, max(n.made_no) over (
        partition by n.key, n.room_name, n.room_sid, n.participant_sid, n.identity, n.call_id)) as place_no from numbered n) k
   order by k.nth;
  get diagnostics stored = row_count;
  update platform.log_head set seq = head + stored where name = 'presence.fact' and stored > 0;
  return stored;
end $$;
