-- Which plans may be chosen for calls with whom, as an admin offers them. The earner '' is the house: it offers to
-- everybody of whom nothing else is said. What could be chosen until now, it offers.
create table metering.plan_offer (
  earner_id text not null,
  plan_id text not null,
  is_default boolean not null,
  primary key (earner_id, plan_id)
);
create unique index plan_offer_default on metering.plan_offer (earner_id) where is_default;
insert into metering.plan_offer (earner_id, plan_id, is_default)
select '', id, id = 'standard' from (select 'standard' as id union select id from metering.price_plan) p;
