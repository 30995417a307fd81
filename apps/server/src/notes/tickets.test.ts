import { expect, it } from 'vitest';
import { ManualClock } from '../platform/testing.ts';
import { TICKET_TTL_MS } from '../presence/index.ts';
import { giveTicket, readTicket } from './tickets.ts';

it('[NOTES-14] a ticket is good for no longer than the bearer that asked for it', async () => {
  const clock = new ManualClock();
  const endings = { isEnded: () => false };
  const deps = { clock, config: { authSecret: 'a-secret-of-this-test' }, access: { endings } };
  const writer = { personId: 'person_a', name: 'Ali', roles: [], sessionId: null };
  const until = clock.now() + 60_000;
  const short = giveTicket(deps, { ...writer, until }, 'booking_a');
  const long = giveTicket(deps, { ...writer, until: until + TICKET_TTL_MS }, 'booking_a');
  expect(short.expiresAt.getTime()).toBe(until);
  expect(long.expiresAt.getTime()).toBe(clock.now() + TICKET_TTL_MS);
  await clock.advance(59_000);
  expect(readTicket(deps, short.ticket)).toMatchObject({ personId: 'person_a' });
  await clock.advance(1_000);
  expect(readTicket(deps, short.ticket)).toBeNull();
  expect(readTicket(deps, long.ticket)).not.toBeNull();
});
