-- By which edition of the fold the stays were read (PRES-R55). Those that are there were read by one before editions were counted.
create table presence.folded (
  is_one boolean primary key default true check (is_one),
  edition int not null
);
insert into presence.folded (edition) select 0 where exists (select from presence.interval);
