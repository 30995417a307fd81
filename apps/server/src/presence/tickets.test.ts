import { expect, test } from 'vitest';
import { seal, unseal } from './tickets.ts';

const claims = { personId: null, identity: 'x', roomName: 'a room', callId: null, paid: false };
const now = Date.parse('2026-01-05T10:00:00Z');

test('a sealed text is read until it is too old, for its own purpose and with its own secret only', () => {
  const text = seal('secret', 'presence-ticket', { claims, expiresAt: now + 1000 });
  expect(unseal('secret', 'presence-ticket', { text, now })).toEqual(claims);
  expect(unseal('secret', 'presence-ticket', { text, now: now + 1000 })).toBeNull();
  expect(unseal('secret', 'presence-beacon', { text, now })).toBeNull();
  expect(unseal('other', 'presence-ticket', { text, now })).toBeNull();
});

test.each(['', '.', 'a.b', 'a.b.c', 'no ticket'])('%j is no ticket', (text) => {
  expect(unseal('secret', 'presence-ticket', { text, now })).toBeNull();
});
