-- Whose account it is leads to it: the unique index has the owner inside an expression that no question names.
create index account_of on ledger.account (owner_id, kind) where owner_id is not null;
