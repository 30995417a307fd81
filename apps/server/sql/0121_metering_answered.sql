-- Whether the database still writes is known by writing (METER-61): a standby, or a full disk, answers every question.
create table metering.answered (
  is_one boolean primary key default true check (is_one),
  at timestamptz not null
);
