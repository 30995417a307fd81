-- Starting a call is idempotent (METER-21): what somebody's request has started, by its
-- Idempotency-Key (`key:…`), or without one by the call itself (`call:…`). Calls that a room's name opened are not here.
create table metering.start_key (
  person_id text not null,
  key text not null,
  body_hash text not null,
  call_id text not null,
  created_at timestamptz not null default now(),
  primary key (person_id, key)
);
create index start_key_call on metering.start_key (call_id);
