-- A meeting is a call, or else one room of LiveKit by its sid. Lists of meetings walk by their first arrival, newest first,
-- and look for each whether anybody came earlier.
create index interval_meeting on presence.interval
  ((coalesce(call_id, nullif(room_sid, ''), participant_sid)), joined_at, participant_sid);
create index interval_joined on presence.interval (joined_at, participant_sid);
create index interval_person on presence.interval (person_id) where person_id is not null;
