-- Files in chats. A row is there before its file, and after it.
create table chat.file (
  id text primary key,
  call_id text not null,
  person_id text not null,
  -- As its sender named it; empty once it is gone.
  name text not null,
  -- What it is by its content, and its hash; null while it arrives.
  type text,
  sha256 text,
  -- While it arrives: what is kept free for it.
  bytes bigint not null,
  at timestamptz not null,
  -- The message that it is of, and which of its files; null until that is written.
  seq int,
  place int,
  removed_at timestamptz,
  -- Null where its time was over.
  removed_by text,
  -- Its bytes are gone, too.
  erased_at timestamptz,
  foreign key (call_id, seq) references chat.message (call_id, seq)
);
create index file_of_message on chat.file (call_id, seq) where seq is not null;
create index file_of_person on chat.file (person_id) where removed_at is null;
create index file_by_age on chat.file (at) where removed_at is null;
create index file_to_erase on chat.file (removed_at) where removed_at is not null and erased_at is null;

-- Locked while somebody's files are counted.
create table chat.sender (person_id text primary key);
