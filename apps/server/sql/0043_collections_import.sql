-- Files that were imported, with what became of each of their lines.
create table collections.import (
  id text primary key,
  kind text not null check (kind in ('debtors', 'credits', 'payments', 'assignments')),
  file_name text,
  is_preview boolean not null,
  -- reading: its lines come in; checked: all fit, and only that was asked; refused: some do not, nothing was written.
  status text not null check (status in ('reading', 'checked', 'refused', 'done', 'undone', 'broken')),
  lines int not null default 0,
  faults int not null default 0,
  -- What is wrong with the file as a whole.
  fault jsonb,
  by_id text not null,
  started_at timestamptz not null,
  -- When it was last heard of while it reads: whoever died over it says nothing more.
  beat_at timestamptz not null,
  done_at timestamptz,
  undone_at timestamptz,
  undone_by text
);
create index import_newest on collections.import (id desc);

create table collections.import_line (
  import_id text not null references collections.import on delete cascade,
  line int not null,
  vals jsonb,
  fault jsonb,
  -- What must be there once in a file.
  key text,
  -- What it made: a debtor, a credit, a payment, an assignment; and for an assignment who had the debtor before.
  made_id text,
  before_id text,
  primary key (import_id, line)
);
create index import_line_key on collections.import_line (import_id, key) where key is not null;
