-- Passwords that were not the right ones, within a minute, for all nodes together: of an account, and of an address. The key
-- is a keyed hash, so that nobody reads from here who signs in from where.
create table access.sign_in_try (
  key text primary key,
  refused int not null check (refused >= 0),
  most int not null,
  until_at timestamptz not null
);
create index sign_in_try_until on access.sign_in_try (until_at);

-- Where an account has been signed in: guesses from elsewhere do not lock its owner out there, on whichever node.
create table access.sign_in_home (
  key text primary key,
  at timestamptz not null
);
create index sign_in_home_at on access.sign_in_home (at);
