-- Somebody without an account of their own, who came into one session by its link.
alter table access.person add column is_guest boolean not null default false;
create index person_guests on access.person (created_at) where is_guest and auth_user_id is not null;
