-- Stretches that only the partner's eyes prove, some seconds beyond somebody's own last word, [[from_ms, to_ms], …]: they
-- were there, and an earner's word must not be what a payer pays by.
alter table presence.interval add column unpaid jsonb not null default '[]';
