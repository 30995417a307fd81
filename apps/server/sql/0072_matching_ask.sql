-- Who asked to be told when somebody whom they could meet is on air; the row goes as they are told.
create table matching.ask (
  person_id text primary key,
  max_price bigint,
  language text,
  at timestamptz not null
);
create index ask_at on matching.ask (at);
