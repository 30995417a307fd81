-- Which page of a person holds their place, and who needs longer to answer.
alter table matching.waiting add column page text, add column unhurried boolean not null default false;
