-- What a badge counts, without reading an inbox.
create index inbox_unread on notifications.inbox (recipient_id, seq) where read_at is null;
