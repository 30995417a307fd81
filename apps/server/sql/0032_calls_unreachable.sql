-- A call ends when somebody could not be reached for the third time while their media went on.
alter table calls.call drop constraint call_end_reason_check;
alter table calls.call add constraint call_end_reason_check check (end_reason in
  ('hung_up', 'left', 'lost_connection', 'removed', 'unreachable', 'out_of_balance', 'expired'));
