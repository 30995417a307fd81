-- JSON as it is sent: what clients say may have NUL or half of a character in it, which jsonb refuses and JSON does not. One such event kept
-- all that came after it from being noted.
alter table pusher.webhook_event alter column event type text using event::text;
