-- Postings are found by account, and put in order by their entries' times: the entry's id beside the account found nothing, and
-- kept Postgres from storing an account that repeats once (some 80 bytes a posting, of three a charge).
drop index ledger.posting_account;
create index posting_account on ledger.posting (account_id);
