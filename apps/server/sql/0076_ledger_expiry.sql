-- Where coins go that nobody used in time. Without a balance row, as the platform's: it would be locked by every wallet's expiry.
insert into ledger.account (id, kind) values ('account_expired', 'expired') on conflict do nothing;
create index credit_lot_expiry on ledger.credit_lot (expires_at) where used < amount and expires_at is not null;
