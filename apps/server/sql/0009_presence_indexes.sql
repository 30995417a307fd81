-- What may end a call is a handful among hundreds of proofs: a call that is read anew must not go through all of them.
create index fact_ending on presence.fact (call_id, seq)
  where type in ('bye', 'hang_up', 'removed', 'grace_expired', 'out_of_balance', 'expired');

-- (room_name, identity, joined_at) finds the intervals of a room as well, and an index less is an insert less.
drop index presence.interval_room;
