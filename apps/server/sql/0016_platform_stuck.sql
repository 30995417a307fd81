-- What of the log could not be folded: the later facts of its key wait behind it, everything else goes on.
create table platform.stuck (
  stage text not null,
  key text not null,
  -- The first fact that did not pass.
  seq bigint not null,
  error text not null,
  tries int not null default 1,
  since timestamptz not null default now(),
  -- Somebody asked for another try.
  wanted boolean not null default false,
  primary key (stage, key)
);
