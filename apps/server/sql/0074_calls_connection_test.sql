-- What a person's browser found out about its way to LiveKit, before a call.
create table calls.connection_test (
  id text primary key,
  person_id text not null,
  at timestamptz not null,
  steps jsonb not null,
  browser text not null
);
create index connection_test_of on calls.connection_test (person_id, at desc);
