import { describe, expect, test } from 'vitest';
import { at, fold, joined, left, line, listed, proof, sdk, T0, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { lastMediaAt } from './last-media.ts';
import { watch } from './watch.testing.ts';
import type { Watch } from './watch.ts';

describe('media, and no more', () => {
  test.each<[string, Fact[], string]>([
    ['a browser is sharper within the cut second', [joined(3), sdk('connected', 2.4)], '2.4–… open present'],
    [
      'and no further, whatever it says',
      [joined(3), sdk('connected', 0), proof(0, 9)],
      '2.001–… open present',
    ],
    ['nor does it come later for that', [joined(3), sdk('connected', 8)], '3–… open present'],
    [
      'a left that says when it connected makes no stay longer',
      [
        joined(3),
        {
          ...left(9, 'CLIENT_INITIATED'),
          payload: { participant: { joinedAt: String(at(1) / 1000), disconnectReason: 'CLIENT_INITIATED' } },
        },
      ],
      '3–9 page_left left',
    ],
  ])('[PRES-R9] a stay begins when media is up: %s', (_title, facts, expected) => {
    expect(fold(facts).map(line)).toEqual([expected]);
  });

  test.each<[string, Fact[], string]>([
    ['a joined that is of a later instant', [listed(1.3), joined(20.5)], '1.3–… open present'],
    ['and what beats is sharper', [sdk('connected', 1), listed(1.3), joined(20.5)], '1–… open present'],
    [
      'by no more than LiveKit’s second',
      [sdk('connected', 0), listed(1.3), joined(20.5)],
      '0.301–… open present',
    ],
    ['a list that came later says nothing of it', [joined(3), listed(4.3)], '3–… open present'],
  ])('[PRES-R58] whom a list had was there: %s', (_title, facts, expected) => {
    for (const told of [facts, facts.toReversed()]) expect(fold(told).map(line)).toEqual([expected]);
  });

  const seen = (from: number, to: number): Fact =>
    proof(from, to, { payload: { fromAt: at(from), toAt: at(to), via: 'media' } });

  test.each<[string, Fact[], [number, number][]]>([
    ['the partner sees somebody who beats', [joined(0), proof(0, 60), seen(0, 59)], []],
    ['3 s beyond the last beat', [joined(0), proof(0, 60), seen(0, 63)], []],
    ['and no more', [joined(0), proof(0, 60), seen(0, 80)], [[63, 80]]],
    ['until they are heard again', [joined(0), proof(0, 60), seen(50, 69), proof(70, 90)], [[63, 70]]],
    [
      'silence that nobody saw through is judged by the detector',
      [joined(0), proof(0, 60), proof(70, 90)],
      [],
    ],
    ['whoever never beats is judged by LiveKit', [joined(0), seen(0, 80)], []],
    [
      'nor does it matter whose word comes first after a silence of ours',
      [joined(0), proof(0, 60), seen(69.6, 89), proof(70, 90)],
      [],
    ],
    [
      'from then on eyes alone pay 3 s',
      [joined(0), proof(0, 60), seen(69.6, 89), proof(75, 90)],
      [[72.6, 75]],
    ],
    ['who is not heard again was not there', [joined(0), proof(0, 60), seen(70, 89)], [[63, 89]]],
    [
      'who was judged is not paid for by eyes that open again',
      [joined(0), proof(0, 60), verdict('unreachable', 60, 'no_beats'), seen(69.6, 89), proof(70, 90)],
      [[63, 70]],
    ],
  ])('[PRES-R23] what is unpaid: %s', (_title, facts, expected) => {
    for (const told of [facts, facts.toReversed()]) {
      const [stay] = fold(told);
      expect(stay?.unpaid.map(([from, to]) => [(from - T0) / 1000, ((to ?? Infinity) - T0) / 1000])).toEqual(
        expected,
      );
      const judged = facts.filter(({ type }) => type === 'unreachable');
      expect([stay?.state, stay?.gaps.length]).toEqual(['present', judged.length]);
    }
  });

  test('[PRES-R21] beats after the end of their media server refute nothing', () => {
    const facts = [joined(0), proof(0, 30), verdict('left', 27.5, 'livekit_restarted')];
    expect(fold(facts).map(line)).toEqual(['0–27.5 livekit_restarted left']);
  });

  test.each<[string, Partial<Watch>, number | null, number]>([
    ['nobody watched', {}, null, 20],
    ['the last answer of LiveKit', {}, 19, 19],
    ['the last media', { sight: { seenAt: at(18), reportedAt: at(19.9), expected: true } }, 19, 17.5],
    [
      'muted: nothing was to be seen',
      { sight: { seenAt: at(9), reportedAt: at(19.9), expected: false } },
      19,
      19,
    ],
    ['eyes that closed long before', { sight: { seenAt: at(9), reportedAt: at(9), expected: true } }, 19, 19],
    ['a plain client: the last list', { beating: false, lastProofAt: at(1), listedAt: at(15) }, 19, 15],
  ])('[PRES-R21] until when media came: %s', (_title, more, aliveS, s) => {
    const one = watch(20, more);
    expect(lastMediaAt(one, aliveS === null ? Infinity : at(aliveS)) - T0).toBe(s * 1000);
  });
});
