import { describe, expect, test } from 'vitest';
import { at, fact, fold, joined, left, line, listed } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { isPersonKind } from './interval.ts';

const phone = (callStatus: string, more: object = {}): Partial<Fact> => ({
  identity: 'sip_49301234',
  payload: {
    joinedAt: at(0),
    participant: {
      state: 'ACTIVE',
      kind: 'SIP',
      attributes: { 'sip.callStatus': callStatus, 'sip.phoneNumber': '+49301234' },
      ...more,
    },
  },
});
const gone = (s: number, disconnectReason: string): Fact =>
  left(s, disconnectReason, phone('hangup', { disconnectReason, joinedAtMs: String(at(0)) }));
const dialled = joined(0, phone('dialing'));
const track = fact('track_published', 0, { source: 'webhook', identity: 'sip_49301234' });

describe('telephones', () => {
  test.each<[string, Fact[], string[]]>([
    ['that ring are not there', [dialled, track, listed(4, phone('ringing'))], []],
    [
      'that are answered are there from then on',
      [dialled, track, listed(4, phone('ringing')), listed(10, phone('active'))],
      ['10–… open present'],
    ],
    [
      'that nobody answered were not there',
      [dialled, track, gone(30, 'USER_UNAVAILABLE')],
      ['30–30 not_answered aborted'],
    ],
    ['that were rejected were not there', [dialled, gone(8, 'USER_REJECTED')], ['8–8 rejected aborted']],
    [
      'whose line does not work were not there',
      [dialled, gone(1, 'SIP_TRUNK_FAILURE')],
      ['1–1 trunk_failed aborted'],
    ],
    [
      'of which only the leaving is known, unanswered, were not there',
      [gone(30, 'USER_UNAVAILABLE')],
      ['30–30 not_answered aborted'],
    ],
    [
      'that rang and were given up were not there',
      [dialled, gone(9, 'CLIENT_INITIATED')],
      ['9–9 aborted aborted'],
    ],
    ...['PARTICIPANT_REMOVED', 'CLIENT_INITIATED', 'ROOM_DELETED'].map(
      (reason): [string, Fact[], string[]] => [
        `of which only the leaving is known, while they rang (${reason}), were not there`,
        [left(9, reason, phone('ringing', { disconnectReason: reason, joinedAtMs: String(at(0)) }))],
        ['9–9 aborted aborted'],
      ],
    ),
    ['that call us are there at once', [joined(0, phone('active'))], ['0–… open present']],
    [
      'that were answered and hung up were there',
      [dialled, listed(10, phone('active')), gone(75, 'CLIENT_INITIATED')],
      ['10–75 page_left left'],
    ],
  ])('[PRES-R24] %s', (_, facts, expected) => {
    expect(fold(facts).map(line)).toEqual(expected);
    expect(fold(facts.toReversed()).map(line)).toEqual(expected);
  });

  test('[PRES-R25] the name last given is the name, a number is one, and a connector is a person', () => {
    const called = (s: number, name: string): Fact =>
      fact('track_published', s, { source: 'webhook', payload: { participant: { name } } });
    const facts = [joined(0), called(5, 'Alice B.'), called(3, 'Al')];
    for (const told of [facts, facts.toReversed()]) expect(fold(told)[0]?.name).toBe('Alice B.');
    expect(fold([joined(0, phone('active'))])[0]?.name).toBe('+49301234');
    for (const kind of ['CONNECTOR', 7]) {
      const [one] = fold([joined(0, { payload: { participant: { state: 'ACTIVE', kind } } })]);
      expect(one && isPersonKind(one.kind)).toBe(true);
    }
    const [bridge] = fold([joined(0, { payload: { participant: { state: 'ACTIVE', kind: 'BRIDGE' } } })]);
    expect(bridge && isPersonKind(bridge.kind)).toBe(false);
  });
});
