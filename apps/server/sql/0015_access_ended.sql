-- What ends a session before it has run out, for every node to close the sockets and refuse the tickets that hang on it.
-- Written by triggers: whoever deletes a session, bans somebody or changes their roles, by whatever way, is noticed.
create table access.ended (
  seq bigint generated always as identity primary key,
  session_id text,
  person_id text,
  ended_at timestamptz not null default clock_timestamp()
);
create index ended_by_time on access.ended (ended_at);

create function access.session_ended() returns trigger language plpgsql as $$
begin
  insert into access.ended (session_id) values (old."id");
  return null;
end $$;
create trigger session_ended after delete on access."session" for each row execute function access.session_ended();

create function access.person_banned() returns trigger language plpgsql as $$
begin
  insert into access.ended (person_id) values (new.id);
  return null;
end $$;
create trigger person_banned after update of banned_at on access.person for each row
  when (new.banned_at is not null and old.banned_at is null) execute function access.person_banned();

create function access.roles_changed() returns trigger language plpgsql as $$
declare
  who text := coalesce(new.person_id, old.person_id);
begin
  -- Whoever is being made has no session that an older role could have opened.
  insert into access.ended (person_id) select id from access.person where id = who and created_at < now();
  return null;
end $$;
create trigger roles_changed after insert or update or delete on access.person_role for each row
  execute function access.roles_changed();
