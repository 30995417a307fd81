-- What people write in a call.
create schema chat;

-- Numbers a call's messages, without a gap and in the order of their commits: its row is locked before a number is taken.
create table chat.head (
  call_id text primary key,
  seq int not null
) with (fillfactor = 50);

create table chat.message (
  call_id text not null,
  seq int not null,
  -- Made by who wrote it: sent again it is the same message.
  id text not null,
  person_id text not null,
  text text not null,
  at timestamptz not null,
  primary key (call_id, seq),
  unique (call_id, person_id, id)
);
