import { expect, it } from 'vitest';
import type { CallState } from '../../app/api.ts';
import { reasonWordOf } from './reason-word.ts';

const people = [
  { personId: 'alice', role: 'payer' },
  { personId: 'bob', role: 'earner' },
];
const word = (reader: string, endedBy: string, endReason = 'hung_up', startedAt: string | null = null) =>
  reasonWordOf({ endReason, endedBy, startedAt, people } as unknown as CallState, reader);

it.each([
  ['alice', 'alice', 'hung_up', 'cancelled'],
  ['alice', 'bob', 'hung_up', 'declined'],
  ['alice', 'system', 'expired', 'no_answer'],
  ['bob', 'alice', 'hung_up', 'missed'],
  ['bob', 'bob', 'hung_up', 'declined'],
  ['bob', 'system', 'expired', 'missed'],
  ['admin', 'alice', 'hung_up', 'not_met'],
  ['alice', 'system', 'lost_connection', 'lost_connection'],
])(
  '[WEB-UNMET] a call that never began, to %s, ended by %s (%s), reads %s',
  (reader, by, reason, expected) => {
    expect(word(reader, by, reason)).toBe(expected);
  },
);

it.each([
  ['alice', 'bob', 'hung_up', 'alice', 'cancelled', 'missed'],
  ['alice', 'alice', 'hung_up', 'alice', 'declined', 'declined'],
  ['alice', 'system', 'no_answer', 'bob', 'no_answer', 'missed'],
])(
  '[WEB-UNMET] who called and who was called read what it was for them: %s called, ended by %s (%s)',
  (_a, by, endReason, called, ofCaller, ofCalled) => {
    const other = called === 'alice' ? 'bob' : 'alice';
    const call = { endReason, endedBy: by, startedAt: null, people, called } as unknown as CallState;
    expect([reasonWordOf(call, other), reasonWordOf(call, called)]).toEqual([ofCaller, ofCalled]);
  },
);

it('[WEB-UNMET] a call that began ended as it ended', () => {
  expect(word('alice', 'bob', 'hung_up', '2026-01-01T00:00:00Z')).toBe('hung_up');
});
