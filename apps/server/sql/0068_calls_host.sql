-- Who was removed from a call by its host: a stranger to it from then on, who yet was there before.
alter table calls.call_person add column removed_at timestamptz;

-- A host ends a call for all.
drop index presence.fact_ending;
create index fact_ending on presence.fact (call_id, seq)
  where type in ('bye', 'hang_up', 'host_ended', 'next', 'not_matched', 'removed', 'shut_out', 'grace_expired', 'out_of_balance',
    'no_answer', 'expired');
