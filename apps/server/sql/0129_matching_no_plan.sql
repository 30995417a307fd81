-- Whose plan is offered no more is off for that, and not as if a call had ended.
alter table matching.waiting drop constraint waiting_off_check;
alter table matching.waiting add constraint waiting_off_check check (off in ('silent', 'no_coins', 'quiet', 'ended', 'no_plan'));
