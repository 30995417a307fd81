-- Parts that nobody has written down: looked for each minute, among all that ever were.
create index part_unwritten on recording.part (recording_id) where ended_at is null;
