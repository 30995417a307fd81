-- Money that the desk gives back of a call, and prices that are no whole coins.
create table metering.refund (
  id text primary key,
  meter_id text not null references metering.meter,
  coins bigint not null check (coins > 0),
  units int check (units > 0),
  reason text not null,
  by_id text not null,
  idem_key text,
  created_at timestamptz not null
);
create unique index refund_key on metering.refund (by_id, idem_key) where idem_key is not null;
create index refund_meter on metering.refund (meter_id);

-- Prices of units, fee and cap are parts of a coin: 5 of 3 is a coin and two thirds. What is charged is floored on the sum.
alter table metering.price_plan add column price_den bigint not null default 1 check (price_den between 1 and 1000000);
