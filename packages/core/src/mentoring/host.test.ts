import { describe, expect, it } from 'vitest';
import { faultOfAsking, handsInOrder, hostsOf, isCommanded, isHandLeft } from './index.ts';

describe('hosts', () => {
  it('[MENTOR-24] are the mentor, and whom the mentor made one while they are let in', () => {
    const entries = [
      { personId: 'person_a', state: 'admitted', isHost: true },
      { personId: 'person_b', state: 'admitted', isHost: false },
      { personId: 'person_c', state: 'left', isHost: true },
    ] as const;
    expect(hostsOf('person_m', entries)).toEqual(['person_m', 'person_a']);
    expect(hostsOf('person_m', [])).toEqual(['person_m']);
  });

  it.each([
    ['a stranger', null, 'locked'],
    ['who waits', { state: 'waiting', denials: 0 }, null],
    ['who was let in', { state: 'admitted', denials: 0 }, null],
    ['who went', { state: 'left', denials: 0 }, 'locked'],
    ['who was denied once', { state: 'denied', denials: 1 }, 'locked'],
    ['who was denied three times', { state: 'denied', denials: 3 }, 'refused'],
    ['who was taken out', { state: 'removed', denials: 0 }, 'refused'],
  ] as const)('[MENTOR-25] the lock is for who comes anew: %s', (_who, before, fault) => {
    expect(faultOfAsking({ isLocked: true }, before)).toBe(fault);
    expect(faultOfAsking({ isLocked: false }, before)).toBe(fault === 'locked' ? null : fault);
  });

  it('[MENTOR-26] a command to everybody leaves out whoever gives it, and who is no person of ours', () => {
    const meant = (personId: string | null) =>
      ['person_m', 'person_a', null].filter((who) => isCommanded(who, { byId: 'person_m', personId }));
    expect(meant(null)).toEqual(['person_a']);
    expect(meant('person_a')).toEqual(['person_a']);
    expect(meant('person_m')).toEqual(['person_m']);
    expect(meant('person_x')).toEqual([]);
  });

  it('[MENTOR-27] hands stand in the order of raising; who is not within has none', () => {
    const hands = [
      { n: 10n, personId: 'person_b' },
      { n: 9n, personId: 'person_a' },
      { n: 8n, personId: 'person_gone' },
    ];
    const places = handsInOrder(hands, new Set(['person_a', 'person_b']));
    expect(places.map(({ personId, position }) => [personId, position])).toEqual([
      ['person_a', 1],
      ['person_b', 2],
    ]);
  });

  it.each([
    ['who is there', [10_000, null], 90_000, false],
    ['who was never there', [], 90_000, false],
    ['who left, and may be loading their page anew', [10_000], 29_999, false],
    ['who left and did not come back', [10_000], 30_000, true],
    ['who came back and left again', [10_000, 60_000], 70_000, false],
  ] as const)('[MENTOR-27] a hand goes down behind its owner: %s', (_who, leftAts, now, isLeft) => {
    expect(isHandLeft(leftAts, now)).toBe(isLeft);
  });
});
