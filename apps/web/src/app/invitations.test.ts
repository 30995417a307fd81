import { describe, expect, it } from 'vitest';
import type { CallState, Me } from './api.ts';
import { callerOf, holdingOf, invitationsOf, leftOpenOf, missedOf } from './invitations.ts';

const me: Me = {
  personId: 'person_bob',
  name: 'Bob',
  email: 'bob@demo.test',
  roles: ['model'],
  locale: 'en',
  isGuest: false,
};
const calls = (
  mine: Partial<CallState['people'][number]> = {},
  status: CallState['status'] = 'waiting',
): CallState[] => {
  const person = { lastProofAt: null, state: 'absent' as const };
  const people = [
    { ...person, personId: 'person_alice', name: 'Alice', role: 'payer' as const },
    { ...person, personId: me.personId, name: me.name, role: 'earner' as const, ...mine },
  ];
  return [{ callId: 'call_1', roomName: 'blue', status, people } as unknown as CallState];
};

describe('invitations', () => {
  it('[INVITED-1] a call that waits for me is one, by the name of who calls', () => {
    const [call] = invitationsOf(calls(), me);
    expect(call && callerOf(call, me)).toBe('Alice');
  });

  it.each(['live', 'reconnecting', 'ended'] as const)('[INVITED-2] a call that is %s is none', (status) => {
    expect(invitationsOf(calls({}, status), me)).toEqual([]);
  });

  it('[INVITED-4] of who called twice, the newest call is one', () => {
    const [first] = calls();
    const again = { ...first, callId: 'call_2' } as CallState;
    expect(invitationsOf([again, ...calls()], me).map((call) => call.callId)).toEqual(['call_2']);
  });

  it.each([
    ['live', 'payer', 'left', true],
    ['reconnecting', 'earner', 'unreachable', true],
    ['waiting', 'payer', 'absent', true],
    ['waiting', 'earner', 'absent', false],
    ['live', 'payer', 'present', false],
    ['ended', 'payer', 'left', false],
  ] as const)(
    '[LEFT-OPEN-1] a %s call that the %s is %s in: to be gone back to is %s',
    (status, role, state, is) => {
      expect(leftOpenOf(calls({ role, state }, status), me)).toHaveLength(is ? 1 : 0);
    },
  );

  it.each([
    ['waiting', 'payer', true],
    ['live', 'payer', true],
    ['live', 'earner', false],
    ['ended', 'payer', false],
  ] as const)('[HELD-1] a %s call holds coins of the %s: %s', (status, role, holds) => {
    expect(holdingOf(calls({ role, state: 'present' }, status), me)).toHaveLength(holds ? 1 : 0);
  });

  it.each([
    ['ended', null, 'person_alice', 'earner', true],
    ['ended', null, 'system', 'earner', true],
    ['ended', null, 'person_bob', 'earner', false],
    ['ended', '2026-01-01T00:00:00Z', 'person_alice', 'earner', false],
    ['waiting', null, null, 'earner', false],
    ['ended', null, 'system', 'payer', false],
  ] as const)(
    '[MISSED-1] a call that is %s, began %s, was ended by %s, as its %s: missed is %s',
    (status, startedAt, endedBy, role, is) => {
      const [call] = calls({ role }, status);
      expect(missedOf([{ ...call, startedAt, endedBy } as CallState], me)).toHaveLength(is ? 1 : 0);
    },
  );

  it('[INVITED-5] whoever is called by name is invited, also to pay; whoever earns and calls is not', () => {
    const [call] = calls({ role: 'payer' });
    expect(invitationsOf([{ ...call, called: me.personId } as CallState], me)).toHaveLength(1);
    const [own] = calls();
    expect(invitationsOf([{ ...own, called: 'person_alice' } as CallState], me)).toEqual([]);
    expect(leftOpenOf([{ ...own, called: 'person_alice' } as CallState], me)).toHaveLength(1);
  });

  it('[LEFT-OPEN-1] a session has a page of its own: it rings nowhere, and is gone back to from there', () => {
    const [own] = calls();
    const session = { ...own, roomName: 'session-booking_1' } as CallState;
    expect([invitationsOf([session], me), leftOpenOf([session], me)]).toEqual([[], []]);
    const mine = calls({ role: 'payer' }, 'live').map((call) => ({ ...call, roomName: 'session-booking_1' }));
    expect(leftOpenOf(mine, me)).toEqual([]);
  });

  it('[INVITED-3] a call that I pay is none, nor one that is open in another tab of mine', () => {
    expect(invitationsOf(calls({ role: 'payer' }), me)).toEqual([]);
    expect(invitationsOf(calls({ state: 'present' }), me)).toEqual([]);
  });
});
