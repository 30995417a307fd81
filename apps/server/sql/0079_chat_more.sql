-- Answers, corrections and reactions. Every change of a message takes a number of its call, so that a page asks for what has changed.
alter table chat.head add column change bigint not null default 0;
alter table chat.message
  add column change bigint not null default 0,
  -- The number of the message that it answers.
  add column reply_to int,
  add column edited_at timestamptz,
  -- Then the text is gone.
  add column deleted_at timestamptz;
update chat.message set change = seq;
update chat.head set change = seq;
create unique index message_by_change on chat.message (call_id, change);

create table chat.reaction (
  call_id text not null,
  seq int not null,
  person_id text not null,
  emoji text not null,
  at timestamptz not null,
  primary key (call_id, seq, person_id, emoji),
  foreign key (call_id, seq) references chat.message (call_id, seq)
);
