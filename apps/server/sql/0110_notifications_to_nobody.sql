-- What a team has sent to a role that nobody had: it stands in no inbox, and its sender asks for it all the same.
create table notifications.sent_to_nobody (
  dedup_key text primary key,
  sent_at timestamptz not null
);
create index sent_to_nobody_by_time on notifications.sent_to_nobody (sent_at);
