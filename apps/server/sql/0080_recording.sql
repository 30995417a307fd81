-- Calls kept as files.
create schema recording;

create table recording.recording (
  id text primary key,
  call_id text not null,
  state text not null check (state in ('asked', 'recording', 'stopped', 'refused', 'failed', 'deleted')),
  reason text,
  asked_by text not null,
  asked_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  -- The node whose recorder is at work, and its last sign of life.
  node text,
  beat_at timestamptz,
  deleted_at timestamptz,
  -- Null when it was kept long enough.
  deleted_by text
) with (fillfactor = 70);
-- One at a time.
create unique index recording_open on recording.recording (call_id) where state in ('asked', 'recording');
create index recording_call on recording.recording (call_id, asked_at);
create index recording_kept on recording.recording (ended_at) where state in ('stopped', 'failed');

-- What people have said to a recording; the last word of each.
create table recording.answer (
  recording_id text not null,
  person_id text not null,
  yes boolean not null,
  at timestamptz not null,
  primary key (recording_id, person_id)
);

-- Its files.
create table recording.part (
  recording_id text not null,
  n int not null,
  started_at timestamptz not null,
  -- Null while it is written.
  ended_at timestamptz,
  bytes bigint,
  duration_ms bigint,
  primary key (recording_id, n)
);
