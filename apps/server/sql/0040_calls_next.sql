-- A call ends by the button Next, too; and one that matching made for two who did not come together.
alter table calls.call drop constraint call_end_reason_check;
alter table calls.call add constraint call_end_reason_check check (end_reason in
  ('hung_up', 'next', 'not_matched', 'left', 'lost_connection', 'removed', 'unreachable', 'out_of_balance', 'no_answer',
   'expired'));
-- An index of some types serves only who asks for no others: all that may end a call.
drop index presence.fact_ending;
create index fact_ending on presence.fact (call_id, seq)
  where type in ('bye', 'hang_up', 'next', 'not_matched', 'removed', 'shut_out', 'grace_expired', 'out_of_balance', 'no_answer',
    'expired');
