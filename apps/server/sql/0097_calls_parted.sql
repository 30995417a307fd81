-- A block ends the call that goes on between the two.
alter table calls.call drop constraint call_end_reason_check;
alter table calls.call add constraint call_end_reason_check check (end_reason in
  ('hung_up', 'next', 'not_matched', 'parted', 'left', 'lost_connection', 'removed', 'unreachable', 'out_of_balance', 'no_answer',
   'expired'));
insert into presence.fact_type (no, name) overriding system value values (13, 'parted');
