-- Telling people: a durable inbox per recipient, numbered from its own locked head.
create schema notifications;

create table notifications.inbox_head (
  recipient_id text primary key,
  -- Names this numbering: a cursor of another database, or of one that was set back, is recognised by it.
  epoch text not null,
  seq bigint not null default 0,
  -- Up to where the person has dealt with what they were told, by whichever door.
  acked_seq bigint not null default 0
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

-- One notice into one inbox, under its key once. Gives its seq, or null when there was nothing to tell: it was told
-- before, or it only follows from others (only_after) of which none was told.
--
-- The head is locked first, so that seqs of one recipient commit in their order; whoever writes to several inboxes
-- in one transaction goes by recipient id.
create function notifications.notify(
  recipient text, new_epoch text, key text, kind text, body jsonb, only_after text[], at timestamptz
) returns bigint language plpgsql as $$
declare
  next_seq bigint;
begin
  insert into notifications.inbox_head (recipient_id, epoch) values (recipient, new_epoch) on conflict do nothing;
  select seq + 1 into next_seq from notifications.inbox_head where recipient_id = recipient for update;
  if only_after is not null and not exists (
    select from notifications.inbox where recipient_id = recipient and dedup_key = any (only_after)
  ) then
    return null;
  end if;
  insert into notifications.inbox (recipient_id, seq, dedup_key, type, payload, created_at)
    values (recipient, next_seq, key, kind, body, at)
    on conflict (recipient_id, dedup_key) do nothing;
  if not found then
    return null;
  end if;
  update notifications.inbox_head set seq = next_seq where recipient_id = recipient;
  return next_seq;
end
$$;
