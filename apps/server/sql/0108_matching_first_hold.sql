-- What an earner's plan holds first, beside what it asks a minute: who can pay that can meet them. Rows of before have none until the next look.
alter table matching.waiting add column first_hold bigint;
drop index matching.waiting_on_air;
create index waiting_on_air on matching.waiting ((coalesce(first_hold, price))) where side = 'earner' and off is null;
