-- Core says what the plans cost that Latido brings along (PRICE_PLANS), and writes them after the migrations. A plan whose
-- newest version somebody else wrote is theirs: core adds nothing to it.
alter table metering.price_plan
  add column is_preset boolean not null default false,
  alter column connect_fee drop default,
  alter column free_below_ms drop default,
  alter column tiers drop default,
  alter column bridge_gap_ms drop default,
  alter column currency drop default,
  alter column earner_share_bp drop default;

-- The row of 0006, if nobody changed it since: core's from now on, and gone where no call has pinned it.
update metering.price_plan set is_preset = true
 where (id, version, name, policy, currency, tiers) = ('standard', 1, 'Standard', 'completed-minute', 'COIN', '[]'::jsonb)
   and (initial_ms, increment_ms, threshold_ms, first_threshold_ms) = (60000, 60000, 60000, 60000)
   and (price, initial_price, connect_fee, free_below_ms, bridge_gap_ms, earner_share_bp) = (10, 10, 0, 0, 0, 7000)
   and max_charge is null;
delete from metering.price_plan p
 where is_preset and not exists (
   select from metering.meter m where m.plan_id = p.id and m.plan_version = p.version);
