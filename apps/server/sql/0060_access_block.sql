-- Two who never meet, from whichever side it was asked.
create table access.block (
  by_id text not null,
  of_id text not null,
  created_at timestamptz not null,
  primary key (by_id, of_id),
  check (by_id <> of_id)
);
create index block_of on access.block (of_id);
