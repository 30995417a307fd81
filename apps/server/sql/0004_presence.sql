-- The log of facts, and who was where from when to when: its fold.
create schema presence;
insert into platform.log_head (name) values ('presence.fact') on conflict do nothing;

create table presence.fact (
  seq bigint primary key,
  source text not null check (source in ('webhook', 'sdk', 'proof', 'poll', 'api', 'admin', 'detector')),
  source_event_id text not null,
  room_name text not null default '',
  room_sid text,
  participant_sid text,
  identity text,
  call_id text,
  type text not null,
  occurred_at timestamptz not null,
  received_at timestamptz not null,
  payload jsonb not null default '{}',
  unique (source, source_event_id)
);
create index fact_call on presence.fact (call_id, seq) where call_id is not null;
create index fact_participant on presence.fact (participant_sid, seq) where participant_sid is not null;
create index fact_room on presence.fact (room_name, seq);
create index fact_room_finished on presence.fact (room_sid) where type = 'room_finished';

-- Appends facts that came as a JSON array, none of them twice in it, and says how many were new. Call it as the last
-- statement before the commit: from here on every other writer of the log waits. The head is locked first and by a
-- statement of its own, so that the next one sees all that others have committed, and a fact that was told twice is
-- stored once. `rooms` says which call was in which room from when to when, for facts whose call nothing else says.
create function presence.append(facts jsonb, rooms jsonb default '[]') returns bigint language plpgsql as $$
declare
  head bigint;
  stored bigint;
begin
  select seq into strict head from platform.log_head where name = 'presence.fact' for update;
  insert into presence.fact (seq, source, source_event_id, room_name, room_sid, participant_sid, identity, call_id,
    type, occurred_at, received_at, payload)
  select head + row_number() over (), told."source", told."sourceEventId", told."roomName", told."roomSid",
    told."participantSid", told."identity",
    coalesce(told."callId",
      (select i.call_id from presence.interval i where i.participant_sid = told."participantSid"), told."roomCallId",
      -- LiveKit cuts times to the second.
      case when rooms <> '[]' then (select r."callId"
        from jsonb_to_recordset(rooms) as r ("roomSid" text, "callId" text, "fromAt" timestamptz, "toAt" timestamptz)
        where r."roomSid" = told."roomSid" and r."fromAt" <= told."occurredAt" + interval '1 s'
          and (r."toAt" is null or r."toAt" >= told."occurredAt")
        order by r."fromAt" desc, r."callId" desc limit 1) end),
    told."type", told."occurredAt", told."receivedAt", told."payload"
  from jsonb_to_recordset(facts) as told ("source" text, "sourceEventId" text, "roomName" text, "roomSid" text,
    "participantSid" text, "identity" text, "callId" text, "roomCallId" text, "type" text, "occurredAt" timestamptz,
    "receivedAt" timestamptz, "payload" jsonb)
  -- A look-up of its own for each: as an anti-join it would be planned by whatever the statistics say of a log that
  -- grows faster than they are gathered.
  where (select true from presence.fact had
    where had.source = told."source" and had.source_event_id = told."sourceEventId" limit 1) is null;
  get diagnostics stored = row_count;
  update platform.log_head set seq = head + stored where name = 'presence.fact' and stored > 0;
  return stored;
end $$;

-- Bodies that carried a good signature and yet could not be read: kept as they came, never dropped.
create table presence.unreadable_webhook (
  id text primary key,
  received_at timestamptz not null default now(),
  body bytea not null,
  problem text not null
);

create table presence.interval (
  participant_sid text primary key,
  room_sid text not null,
  room_name text not null,
  identity text not null,
  person_id text,
  name text not null default '',
  kind text not null default 'STANDARD',
  call_id text,
  joined_at timestamptz not null,
  left_at timestamptz,
  left_at_min timestamptz,
  left_at_max timestamptz,
  join_reason text,
  left_reason text,
  last_proof_at timestamptz not null,
  state text not null check (state in ('present', 'suspected', 'unreachable', 'left', 'aborted')),
  superseded_by text,
  -- Spans in which the person could not be reached, [[from_ms, to_ms or null], …]: unpaid.
  gaps jsonb not null default '[]',
  -- What the facts said, in a form where order and repetition cannot matter; the columns are its reading.
  evidence jsonb not null default '{}'
) with (fillfactor = 80);
create index interval_call on presence.interval (call_id) where call_id is not null;
create index interval_room on presence.interval (room_name, joined_at);
create index interval_room_sid on presence.interval (room_sid);
create index interval_identity on presence.interval (room_name, identity, joined_at);
create index interval_watched on presence.interval (room_name) where state in ('present', 'suspected', 'unreachable');
