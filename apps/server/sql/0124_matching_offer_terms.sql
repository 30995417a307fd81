-- What a price asks beside its coins a minute: a fee as the two meet, a first stretch and later ones at prices of their own. Whoever
-- accepts has read it, whatever the plan asks by then. Offers of before have none.
alter table matching.offer add column terms jsonb not null default '{}';
