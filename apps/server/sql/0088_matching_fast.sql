-- Whoever looks at the line reads what has changed since the last look, and not thousands of rows each time: the transaction that changed a
-- row last is in it. All that a look did not see were changed by transactions that had not ended then, and the oldest of those is known.
alter table matching.waiting add column changed xid8 not null default pg_current_xact_id();
create index waiting_changed on matching.waiting (changed);

create function matching.note_change() returns trigger language plpgsql as $$
begin
  new.changed := pg_current_xact_id();
  return new;
end $$;
-- Not for signs of pages, which come each three seconds from everybody.
create trigger waiting_changes before update of side, since, ahead, free_since, silences, max_price, language, price, last_partner_id, off
  on matching.waiting for each row execute function matching.note_change();

-- What the cheapest who are on air ask.
create index waiting_on_air on matching.waiting (price) where side = 'earner' and off is null;
