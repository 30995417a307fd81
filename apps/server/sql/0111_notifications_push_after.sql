-- How long a notice that was handed out may stay unacknowledged before devices are told, where its sender has said so.
alter table notifications.inbox add column after_ms int;
-- A device whose next notice is not due yet: where its inbox ended then. What comes later may be due before that one.
alter table push.subscription add column waits_at bigint;
