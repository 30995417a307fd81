-- Where to look in a recording's files: who came in, who raised a hand.
create table recording.chapter (
  recording_id text not null,
  part int not null,
  at_ms bigint not null,
  kind text not null check (kind in ('join', 'hand')),
  person_id text not null,
  primary key (recording_id, part, at_ms, kind, person_id)
);
