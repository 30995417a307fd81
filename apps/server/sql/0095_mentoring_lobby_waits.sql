-- When somebody waited, each time from their asking to what was decided: [[from_ms, to_ms], …]. Of waits before this there is the sum alone.
alter table mentoring.lobby_entry add column waits jsonb not null default '[]';
