-- A notice that its sender took back: its number stays, so that nobody's reading has a hole.
alter table notifications.inbox add column withdrawn_at timestamptz;
drop index notifications.inbox_unread;
create index inbox_unread on notifications.inbox (recipient_id, seq) where read_at is null and withdrawn_at is null;
-- Who got what a team's backend has sent.
create index inbox_sent on notifications.inbox (dedup_key, recipient_id) where dedup_key like 'sent:%';
