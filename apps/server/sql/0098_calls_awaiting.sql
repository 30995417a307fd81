-- Whether any call waits for the clock is asked twice a second: of a thousand that go on none may.
create index call_awaiting on calls.call (id) where status <> 'ended' and (grace_until is not null or status = 'waiting');
