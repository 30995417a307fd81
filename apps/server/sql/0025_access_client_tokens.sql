-- Bearers that a team's own backend gives to its people's browsers and phones.
create table access.client_token (
  id text primary key,
  prefix text not null unique,
  hash text not null,
  person_id text not null references access.person,
  scopes text[] not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index client_token_by_person on access.client_token (person_id);
create index client_token_by_expiry on access.client_token (expires_at);

create function access.client_token_revoked() returns trigger language plpgsql as $$
begin
  insert into access.ended (session_id) values (new.id);
  return null;
end $$;
create trigger client_token_revoked after update of revoked_at on access.client_token for each row
  when (new.revoked_at is not null and old.revoked_at is null) execute function access.client_token_revoked();
