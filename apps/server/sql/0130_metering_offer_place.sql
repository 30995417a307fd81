-- The order in which an admin names plans is the order in which they are offered. Those of before stand as they stood until now.
alter table metering.plan_offer add column place integer not null default 0;
update metering.plan_offer o set place = n.place from (
  select earner_id, plan_id, row_number() over (partition by earner_id order by is_default desc, plan_id) as place from metering.plan_offer) n
 where n.earner_id = o.earner_id and n.plan_id = o.plan_id;
