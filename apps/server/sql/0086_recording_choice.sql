-- A recording that somebody said no to while others are left waits for whoever asked to choose.
alter table recording.recording add column held_at timestamptz;
-- They chose to go on without who said no.
alter table recording.recording add column goes_on_at timestamptz;
