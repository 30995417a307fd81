import { describe, expect, it } from 'vitest';
import type { CallState } from '@latido/protocol';
import { cutAfter, isCountedIn, endOf, partnerOf, personIdOf, screenOf } from './screen.ts';

const at = '2026-11-24T10:00:00.000Z';
const person = (
  personId: string,
  state: CallState['people'][number]['state'],
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
  lostBy: null,
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
    ['live', 'left', 'partner_reconnecting'],
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

  it.each([
    ['unreachable', 'present', 'live', 'person_eve'],
    ['left', 'suspected', 'partner_suspected', 'person_eve'],
    ['absent', 'present', 'live', 'person_eve'],
    ['suspected', 'present', 'live', 'person_eve'],
    ['unreachable', 'left', 'partner_reconnecting', 'person_bob'],
  ] as const)(
    '[REACT-SCREEN] of three, one who is %s does not hide the other who is %s',
    (bobs, eves, screen, partner) => {
      const people = [
        person('person_alice', 'present'),
        person('person_bob', bobs),
        person('person_eve', eves),
      ];
      expect(screenOf({ ...seen, call: call({ people }) })).toBe(screen);
      expect(partnerOf(call({ people }), 'person_alice')?.personId).toBe(partner);
    },
  );

  it('[REACT-SCREEN] of three, who ended it is who is named', () => {
    const people = ['alice', 'bob', 'eve'].map((name) => person(`person_${name}`, 'left'));
    const over = call({ status: 'ended', endReason: 'hung_up', endedBy: 'person_eve', people });
    expect(endOf(over, 'person_alice', { hungUp: false })).toMatchObject({
      by: 'partner',
      partner: { personId: 'person_eve' },
    });
  });

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

  it.each([
    ['unreachable', 'live'],
    ['left', 'live'],
    ['left', 'reconnecting'],
    ['left', 'waiting'],
  ] as const)('[REACT-SCREEN] I am not back because the server gave up on me (%s, %s)', (state, status) => {
    const people = [person('person_alice', state), person('person_bob', 'present')];
    expect(screenOf({ ...seen, call: call({ status, people }) })).toBe('me_reconnecting');
    // After a reload that word is about the stay before, until this one is counted in.
    expect(screenOf({ ...seen, call: call({ status, people }), countedIn: false })).toBe('connecting');
  });

  it('[REACT-SCREEN] the stay that a reload ended, and that is asked after, does not count the new one in', () => {
    expect(isCountedIn('in_call', person('person_alice', 'suspected'))).toBe(false);
    expect(isCountedIn('in_call', person('person_alice', 'present'))).toBe(true);
    expect(isCountedIn('rejoining', person('person_alice', 'present'))).toBe(false);
  });

  it('[REACT-SCREEN] a media server that is away is nobody’s lost connection, by our own eyes or by the server’s word', () => {
    const away = { ...person('person_bob', 'unreachable'), away: 'media_server' as const };
    const people = [person('person_alice', 'unreachable'), away];
    expect(screenOf({ ...seen, call: call({ people }) })).toBe('media_away');
    expect(screenOf({ ...seen, phase: 'rejoining', call: call(), mediaAway: true })).toBe('media_away');
    expect(screenOf({ ...seen, call: call(), mediaAway: true, cutOff: true })).toBe('me_reconnecting');
    expect(screenOf({ ...seen, call: call({ status: 'ended' }), mediaAway: true })).toBe('ended');
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
    const end = endOf(call({ status: 'ended', endedBy, endReason }), 'person_alice~x1', {
      hungUp: false,
    });
    expect(end).toMatchObject({ by, reason: endReason });
  });

  const lost = call({ status: 'ended', endedBy: 'system', endReason: 'lost_connection' });
  it.each([
    ['the page that was cut off', 'me', 'me'],
    ['the page of the other one', null, 'partner'],
    ['a page that waited for the media server', 'media', 'media'],
  ] as const)('[REACT-LOST] %s reads whose connection it was', (_title, cut, whose) => {
    expect(endOf(lost, 'person_alice', { hungUp: false, cut }).lost).toBe(whose);
  });

  it('[REACT-LOST] whom the server took out of the room because it heard them no more has lost the connection', () => {
    const removed = call({ status: 'ended', endedBy: 'system', endReason: 'removed' });
    expect(endOf(removed, 'person_alice', { hungUp: false, cut: 'me' }).lost).toBe('me');
    expect(endOf(removed, 'person_alice', { hungUp: false, cut: null }).lost).toBeNull();
    const byTeam = { ...removed, endedBy: 'person_admin' };
    expect(endOf(byTeam, 'person_alice', { hungUp: false, cut: 'me' }).lost).toBeNull();
  });

  it('[REACT-LOST] whom the server heard to the end has lost nothing, though their page doubted meanwhile', () => {
    const people = [person('person_alice', 'left'), person('person_bob', 'present')];
    expect(endOf({ ...lost, people }, 'person_bob', { hungUp: false, cut: 'me' }).lost).toBe('partner');
    expect(endOf({ ...lost, people }, 'person_alice', { hungUp: false, cut: 'me' }).lost).toBe('me');
  });

  it('[REACT-LOST] whose the server says it was, also where they are heard again and the other has gone since', () => {
    const people = [person('person_alice', 'present'), person('person_bob', 'left')];
    const told = { ...lost, people, lostBy: 'person_alice' };
    expect(endOf(told, 'person_alice', { hungUp: false, cut: 'me' }).lost).toBe('me');
    expect(endOf(told, 'person_bob', { hungUp: false, cut: null }).lost).toBe('partner');
  });

  it('[REACT-LOST] where the page knows nothing of a cut, whom the server still hears counts', () => {
    const people = [person('person_alice', 'left'), person('person_bob', 'present')];
    expect(endOf({ ...lost, people }, 'person_alice', { hungUp: false }).lost).toBe('me');
    expect(endOf({ ...lost, people }, 'person_bob', { hungUp: false }).lost).toBe('partner');
  });

  it.each([
    [null, 'me_reconnecting', false, 'me'],
    [null, 'media_away', false, 'media'],
    ['me', 'live', false, 'me'],
    ['me', 'ended', true, 'me'],
    ['me', 'live', true, null],
    ['media', 'connecting', false, 'media'],
  ] as const)(
    '[REACT-LOST] cut by %s, then %s (counted in: %s) is cut by %s',
    (before, screen, counted, after) => {
      expect(cutAfter(before, screen, counted)).toBe(after);
    },
  );

  it('[REACT-END] without the server’s word, a hang-up is mine', () => {
    expect(endOf(null, 'person_alice', { hungUp: true })).toMatchObject({ by: 'me', reason: 'hung_up' });
  });

  it('[REACT-END] an identity of the second tab is the same person', () => {
    expect([personIdOf('person_a~9f'), personIdOf('person_a'), personIdOf('guest')]).toEqual([
      'person_a',
      'person_a',
      null,
    ]);
  });
});
