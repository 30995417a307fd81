-- A revoked API key ends what hangs on it (sockets, streams), as a client token does: a key is the person of its requests.
create function access.api_key_revoked() returns trigger language plpgsql as $$
begin
  insert into access.ended (person_id) values (new.id);
  return null;
end $$;
create trigger api_key_revoked after update of revoked_at on access.api_key for each row
  when (new.revoked_at is not null and old.revoked_at is null) execute function access.api_key_revoked();

-- A stream that was opened by a ticket ends when the bearer that asked for it runs out.
alter table sse.ticket add column good_until timestamptz;
