import { describe, expect, test } from 'vitest';
import type { NoticeInterval } from './absences.ts';
import { iso, people, call, endedCall, stay, gone, silent, bob, saidIn } from './builders.testing.ts';
import type { ToldBefore } from './notices-for.ts';
import { noticesFor } from './notices-for.ts';

describe('what was told of an absence that reads otherwise now', () => {
  const heard = (intervals: NoticeInterval[], ofCall = call()): [string, ToldBefore[]] => {
    const away = noticesFor(ofCall, people, intervals).find(({ type }) => type === 'call.partner_left');
    const { state, at: since } = away ? saidIn(away) : {};
    const before = { recipientId: 'person_bob', personId: 'person_alice', dedupKey: away?.dedupKey ?? '' };
    return [
      before.dedupKey,
      [{ ...before, state: state as ToldBefore['state'], at: Date.parse(String(since)) }],
    ];
  };
  const of = (intervals: NoticeInterval[], before: ToldBefore[], ofCall = call()) =>
    noticesFor({ ...ofCall, toldBefore: before }, people, [...intervals, bob]).filter(
      ({ type, recipientId }) => /left|back/.test(type) && recipientId === 'person_bob',
    );
  const [key, before] = heard([silent(0, 60), bob]);

  test('[NOTE-13] its beginning has moved: it is not told again, and the return is told to whoever was told', () => {
    expect(of([silent(0, 62)], before)).toEqual([]);
    const backs = of([silent(0, 62, 66)], before).filter(({ onlyAfter }) => onlyAfter?.includes(key));
    expect(backs.map(({ type, payload }) => [type, payload])).toEqual([
      ['call.partner_back', expect.objectContaining({ at: iso(66), gapMs: 4_000 })],
    ]);
  });

  test('[NOTE-13] it never was: the return is told all the same', () => {
    const backs = of([stay('alice', 0)], before);
    expect(backs.map(({ type, payload }) => [type, payload])).toEqual([
      ['call.partner_back', expect.objectContaining({ at: iso(60), gapMs: 0 })],
    ]);
  });

  test('[NOTE-13] that they have left is still news, and after the end nothing but the end is', () => {
    expect(of([gone('alice', [0, 62], 'lost')], before).map((one) => saidIn(one)['state'])).toEqual(['left']);
    const over = endedCall(100, 'hung_up', 'person_bob');
    expect(of([stay('alice', 0)], before, over).map(({ type }) => type)).toEqual([]);
  });

  test('[NOTE-13] of whom it was told that they are back already, nothing is told again', () => {
    const back = before.map((one) => ({ ...one, state: null }));
    expect(of([stay('alice', 0)], back)).toEqual([]);
  });
});
