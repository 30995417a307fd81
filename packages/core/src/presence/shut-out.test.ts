import { describe, expect, test } from 'vitest';
import { at, fold, joined, left, line, proof, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { judge } from './judge.ts';
import { watch } from './watch.testing.ts';
import type { Watch } from './watch.ts';

const away = { state: 'unreachable', suspectedAt: at(101.3) } as const;
const degraded = { state: 'suspected', suspectedAt: at(101.3) } as const;
const seen = { sight: { seenAt: at(107.7), reportedAt: at(107.7), expected: true }, lastProofAt: at(107.2) };

describe('media without meter ends', () => {
  test.each<[string, Partial<Watch>, number, string]>([
    ['LiveKit has them 5 s after we have lost them', { ...away, listedAt: at(106) }, 107.5, 'shut_out'],
    [
      'also when the partner sees them all the time',
      { ...degraded, ...seen, listedAt: at(106) },
      107.5,
      'shut_out',
    ],
    ['not before', { ...away, listedAt: at(106) }, 107.4, '–'],
    ['not by a list of before', { ...away, listedAt: at(102) }, 107.8, '–'],
    ['once for each silence', { ...away, listedAt: at(108), shutOutAt: at(107.8) }, 109, '–'],
    ['again in the next one', { ...away, listedAt: at(106), shutOutAt: at(60) }, 107.8, 'shut_out'],
    ['a page that goes is gone by itself', { ...away, listedAt: at(106), pageLeftAt: at(100.5) }, 107.8, '–'],
    ['in no call nobody pays', { ...away, listedAt: at(106), callId: null }, 107.8, '–'],
    ['a plain client is paid by LiveKit alone', { ...away, listedAt: at(106), beating: false }, 107.8, '–'],
  ])('[PRES-F19] %s', (_title, more, now, expected) => {
    const tick = { now: at(now), lateMs: 0, startedAt: at(-60), heardAt: at(now), outage: null };
    expect(judge([watch(100, more)], tick)[0]?.type ?? '–').toBe(expected);
  });

  test('[PRES-F19] by an outage of LiveKit nobody is shut out', () => {
    const outage = { fromAt: at(99.9), toAt: null };
    const tick = { now: at(107.8), lateMs: 0, startedAt: at(-60), heardAt: at(107.8), outage };
    expect(judge([watch(100, { ...away, listedAt: at(106) })], tick)).toEqual([]);
  });

  test('[PRES-F19] to be removed for it is a lost connection', () => {
    const media: Fact = proof(60, 68, { payload: { fromAt: at(60), toAt: at(68), via: 'media' } });
    const facts = [joined(0), proof(0, 60), media, verdict('shut_out', 68), left(68, 'PARTICIPANT_REMOVED')];
    expect(fold(facts).map(line)).toEqual(['0–68 lost left']);
    expect(fold([joined(0), proof(0, 60), left(61, 'PARTICIPANT_REMOVED')]).map(line)).toEqual([
      '0–61 removed left',
    ]);
  });
});
