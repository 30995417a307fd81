-- Who asks for coins. Asking again asks once; coins that were given answer it.
create table ledger.coin_request (
  account_id text primary key references ledger.account,
  memo text,
  asked_at timestamptz not null default now()
);
