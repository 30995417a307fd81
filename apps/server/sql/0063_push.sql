-- Web Push: the devices that asked to be told, and how far each has been told of its person's inbox.
create schema push;

create table push.subscription (
  id text primary key,
  person_id text not null,
  -- The sign-in that made it; null for who comes with a token of a team's own.
  session_id text,
  -- Whoever knows it may send there: it is shown to nobody.
  endpoint text not null unique,
  p256dh text not null,
  auth text not null,
  -- What its browser calls itself, in words.
  device text not null,
  created_at timestamptz not null,
  -- Up to where the inbox was sent to it, or need not be; moved on by whoever sends, by compare-and-set.
  done_seq bigint not null,
  tries int not null default 0,
  -- Not before: somebody is at it, or it failed, or what is next is not due.
  due_at timestamptz not null,
  sent_at timestamptz
);
create index subscription_by_person on push.subscription (person_id, created_at);
create index subscription_by_session on push.subscription (session_id) where session_id is not null;

-- A device goes with the sign-in that made it, whichever way that ended, and with a ban.
create function push.forget_ended() returns trigger language plpgsql as $$
begin
  delete from push.subscription s where s.session_id = new.session_id
    or (s.person_id = new.person_id
      and exists (select from access.person p where p.id = new.person_id and p.banned_at is not null));
  return null;
end $$;
create trigger forget_pushes after insert on access.ended for each row execute function push.forget_ended();
