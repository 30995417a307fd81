-- Who somebody is. A person is our row, whoever signs them in; the accounts of better-auth hang on it.
create schema access;

create table access.person (
  id text primary key,
  external_id text unique,
  auth_user_id text unique,
  name text not null,
  email text unique,
  locale text not null default 'en',
  created_at timestamptz not null default now(),
  banned_at timestamptz
);

create table access.person_role (
  person_id text not null references access.person,
  role text not null check (role in ('client', 'model', 'mentor', 'mentee', 'collector', 'manager', 'admin')),
  primary key (person_id, role)
);

create table access.api_key (
  id text primary key,
  prefix text not null unique,
  hash text not null,
  name text not null,
  scopes text[] not null,
  created_by text references access.person,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  revoked_at timestamptz
);

-- The four tables of better-auth, in its own column names (its migrator does not see a schema).
create table access."user" (
  "id" text primary key,
  "name" text not null,
  "email" text not null unique,
  "emailVerified" boolean not null default false,
  "image" text,
  -- Ours: the role asked for at sign-up, kept here so that a person can be made from the account at any time.
  "wantedRole" text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create table access."session" (
  "id" text primary key,
  "expiresAt" timestamptz not null,
  "token" text not null unique,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now(),
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null references access."user" on delete cascade
);
create index session_by_user on access."session" ("userId");
create table access."account" (
  "id" text primary key,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null references access."user" on delete cascade,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope" text,
  "password" text,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index account_by_user on access."account" ("userId");
create table access."verification" (
  "id" text primary key,
  "identifier" text not null,
  "value" text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index verification_by_identifier on access."verification" ("identifier");
