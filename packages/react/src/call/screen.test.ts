import { describe, expect, it } from 'vitest';
import type { CallState } from '@latido/protocol';
import { endOf, personIdOf, screenOf } from './screen.ts';

const at = '2026-11-24T10:00:00.000Z';
const person = (
  personId: string,
  state: 'present' | 'suspected' | 'unreachable' | 'absent',
): CallState['people'][number] => ({
  personId,
  name: personId.slice(7),
  role: personId === 'person_alice' ? 'payer' : 'earner',
  state,
  lastProofAt: at,
});
const call = (patch: Partial<CallState> = {}): CallState => ({
  callId: 'call_1',
  roomName: 'room',
  kind: 'paid',
  status: 'live',
  createdAt: at,
  startedAt: at,
  endedAt: null,
  endedBy: null,
  endReason: null,
  graceUntil: null,
  people: [person('person_alice', 'present'), person('person_bob', 'present')],
  billableMs: 0,
  coins: 0,
  meter: null,
  serverAt: at,
  ...patch,
});
const seen = { phase: 'in_call', identity: 'person_alice', partnersInRoom: 1 } as const;

describe('screen', () => {
  it.each([
    ['waiting', 'present', 'waiting_partner'],
    ['live', 'present', 'live'],
    ['live', 'suspected', 'partner_suspected'],
    ['live', 'unreachable', 'partner_reconnecting'],
    ['reconnecting', 'absent', 'partner_reconnecting'],
    ['reconnecting', 'present', 'live'],
    ['ended', 'absent', 'ended'],
  ] as const)(
    '[REACT-SCREEN] a call that is %s with a partner who is %s shows %s',
    (status, state, screen) => {
      const people = [person('person_alice', 'present'), person('person_bob', state)];
      expect(screenOf({ ...seen, call: call({ status, people }) })).toBe(screen);
    },
  );

  it('[REACT-SCREEN] our own lost connection is shown before anything about the partner', () => {
    expect(screenOf({ ...seen, phase: 'rejoining', call: call({ status: 'reconnecting' }) })).toBe(
      'me_reconnecting',
    );
  });

  it('[REACT-SCREEN] a server that neither hears nor answers us is our own lost connection, though media plays on', () => {
    expect(screenOf({ ...seen, call: call(), cutOff: true })).toBe('me_reconnecting');
    expect(screenOf({ ...seen, call: call({ status: 'ended' }), cutOff: true })).toBe('ended');
  });

  it('[REACT-SCREEN] when the server’s word is that we are unreachable, we are', () => {
    const people = [person('person_alice', 'unreachable'), person('person_bob', 'present')];
    expect(screenOf({ ...seen, call: call({ status: 'reconnecting', people }) })).toBe('me_reconnecting');
  });

  it('[REACT-SCREEN] a room without a call goes by who LiveKit says is there', () => {
    expect(screenOf({ ...seen, call: null, partnersInRoom: 0 })).toBe('waiting_partner');
    expect(screenOf({ ...seen, call: null, partnersInRoom: 2 })).toBe('live');
  });
});

describe('end', () => {
  it.each([
    ['person_bob', 'hung_up', 'partner'],
    ['person_alice', 'hung_up', 'me'],
    ['system', 'lost_connection', 'system'],
  ] as const)('[REACT-END] ended by %s (%s) is told as the doing of %s', (endedBy, endReason, by) => {
    const end = endOf(call({ status: 'ended', endedBy, endReason }), 'person_alice~x1', false);
    expect(end).toMatchObject({ by, reason: endReason });
  });

  it('[REACT-END] without the server’s word, a hang-up is mine', () => {
    expect(endOf(null, 'person_alice', true)).toMatchObject({ by: 'me', reason: 'hung_up' });
  });

  it('[REACT-END] an identity of the second tab is the same person', () => {
    expect([personIdOf('person_a~9f'), personIdOf('person_a'), personIdOf('guest')]).toEqual([
      'person_a',
      'person_a',
      null,
    ]);
  });
});
