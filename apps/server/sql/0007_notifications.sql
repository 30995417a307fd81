-- Telling people: a durable inbox per recipient, numbered from its own locked head.
create schema notifications;

create table notifications.inbox_head (
  recipient_id text primary key,
  epoch text not null,
  seq bigint not null default 0
);

create table notifications.inbox (
  recipient_id text not null references notifications.inbox_head,
  seq bigint not null,
  dedup_key text not null,
  type text not null,
  payload jsonb not null default '{}',
  created_at timestamptz not null default now(),
  delivered_at timestamptz,
  read_at timestamptz,
  acked_at timestamptz,
  primary key (recipient_id, seq),
  unique (recipient_id, dedup_key)
);
