-- What was given by a file and taken back: whose turn it was before is found behind all that was taken back.
alter table collections.assignment add column undone boolean not null default false;
-- The assignment that this one brings back, since an import after it was undone.
alter table collections.assignment add column restores text;
create index assignment_before on collections.assignment (debtor_id, until);
alter table collections.import drop constraint import_status_check;
alter table collections.import add constraint import_status_check
  check (status in ('reading', 'checked', 'refused', 'done', 'undone', 'broken', 'cancelled'));
