-- A call has a LiveKit room of its own, whatever name people gave: nobody else's token is good for it, and nothing that
-- happens in another room is about it. The calls of before keep the room that they are in.
alter table calls.call add column livekit_room text;
update calls.call set livekit_room = room_name;
alter table calls.call alter column livekit_room set not null;
