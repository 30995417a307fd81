-- The plan of an append is kept by each connection until the statistics are gathered anew, a minute or more on a busy log: one
-- that was made while the log had ten facts read it from end to end for each new one, 3,500 of them by then, and a thousand calls
-- that began at once took most of a core. Joined by their indexes and nothing else, plans are good whatever a table had in it
-- when they were made (0077_ledger_kept_plans.sql).
alter function presence.append(jsonb) set jit = off;
alter function presence.append(jsonb) set plan_cache_mode = force_generic_plan;
alter function presence.append(jsonb) set enable_seqscan = off;
alter function presence.append(jsonb) set enable_hashjoin = off;
alter function presence.append(jsonb) set enable_mergejoin = off;
