-- Tickets that open one stream of events: an EventSource cannot send a header.
create schema sse;

create table sse.ticket (
  hash text primary key,
  person_id text not null,
  session_id text,
  asked_at timestamptz not null
);
