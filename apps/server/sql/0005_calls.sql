-- The product's unit: people, roles, one end. May span several rooms of LiveKit.
create schema calls;

create table calls.call (
  id text primary key,
  room_name text not null,
  kind text not null default 'paid' check (kind in ('paid', 'free', 'mentoring')),
  status text not null default 'waiting' check (status in ('waiting', 'live', 'reconnecting', 'ended')),
  created_at timestamptz not null default now(),
  created_by text,
  -- Until when, and who, may come back.
  grace_until timestamptz,
  grace_of text,
  started_at timestamptz,
  ended_at timestamptz,
  ended_by text,
  end_reason text check (end_reason in
    ('hung_up', 'left', 'lost_connection', 'removed', 'out_of_balance', 'expired')),
  revision int not null default 0
) with (fillfactor = 80);
-- One open call a room: two people who ask at the same moment find the same call.
create unique index call_open_room on calls.call (room_name) where status <> 'ended';
create index call_grace on calls.call (grace_until) where grace_until is not null;
create index call_room_name on calls.call (room_name, created_at);

create table calls.call_person (
  call_id text not null references calls.call,
  person_id text not null,
  role text not null check (role in ('payer', 'earner', 'host', 'guest')),
  primary key (call_id, person_id)
);
create index call_person_person on calls.call_person (person_id, call_id);

create table calls.call_room (
  call_id text not null references calls.call,
  room_sid text not null,
  from_at timestamptz not null,
  to_at timestamptz,
  primary key (call_id, room_sid)
);
create index call_room_sid on calls.call_room (room_sid);
