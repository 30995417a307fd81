-- A key whose secret was changed is the same key to whom it is given, and another to who had the old one: what hangs on that ends.
create trigger api_key_rotated after update of hash on access.api_key for each row
  when (new.hash <> old.hash) execute function access.api_key_revoked();
