-- Webhooks of the Pusher protocol to a team's own backend: what was told to be there, and what waits to be told.
create schema pusher;

-- Channels, and members of presence channels (user_id), that were told as there: whoever writes or deletes the row tells it, whatever
-- the number of nodes.
create table pusher.occupied (
  app_id text not null,
  channel text not null,
  -- Empty: the channel itself.
  user_id text not null default '',
  primary key (app_id, channel, user_id)
);

create table pusher.webhook_event (
  seq bigint generated always as identity primary key,
  app_id text not null,
  event jsonb not null,
  created_at timestamptz not null
);
create index webhook_event_by_app on pusher.webhook_event (app_id, seq);

-- Whose turn it is to send, one at a time of an app, so that events arrive in their order.
create table pusher.webhook_turn (
  app_id text primary key,
  tries int not null default 0,
  due_at timestamptz not null
);
