-- Facts have a settable age: those of this instant and later are all there, of what is older some are gone. No row: nothing is gone.
create table presence.facts_kept (
  one boolean primary key default true check (one),
  from_at timestamptz not null
);
