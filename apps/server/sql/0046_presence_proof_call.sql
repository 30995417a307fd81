-- Units are charged by what this table says of their call.
create index proof_call on presence.proof (call_id) where call_id is not null;
