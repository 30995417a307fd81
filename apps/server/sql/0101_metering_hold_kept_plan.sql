-- Each call that begins holds its first unit by this: planning it anew took most of that. As for the ticks, a plan by indexes is kept.
alter function metering.hold_next(text[]) set plan_cache_mode = force_generic_plan;
alter function metering.hold_next(text[]) set enable_seqscan = off;
alter function metering.hold_next(text[]) set enable_hashjoin = off;
alter function metering.hold_next(text[]) set enable_mergejoin = off;
