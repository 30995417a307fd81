import { describe, expect, test } from 'vitest';
import { at, fold, joined, left, line, proof, sdk, verdict } from './builders.testing.ts';
import type { Span } from '../kernel/spans.ts';
import type { Fact } from './fact.ts';
import { judge } from './judge.ts';
import { countedOf, unheardUntil } from './unheard.ts';
import { watch } from './watch.testing.ts';
import type { Outage, Watch } from './watch.ts';

const away = { state: 'unreachable', suspectedAt: at(101.3) } as const;
const degraded = { state: 'suspected', suspectedAt: at(101.3) } as const;
const seen = { sight: { seenAt: at(107.7), reportedAt: at(107.7), expected: true }, lastProofAt: at(107.2) };

/** Beats every five seconds: each of these silences is over before it is long. */
const before = (...from: number[]) => from.map((s): Span => [at(s), at(s + 5)]);

describe('media without meter ends', () => {
  test.each<[string, Partial<Watch>, number, string]>([
    ['a second silence of five seconds', { unheard: before(90, 95) }, 102.6, 'shut_out'],
    ['not while they come to less than ten', { unheard: before(95) }, 102.6, '–'],
    ['at ten', { unheard: before(95) }, 105, 'shut_out'],
    ['nor by what is a minute ago', { unheard: before(37, 95) }, 102.6, '–'],
    ['nor where LiveKit does not have them', { unheard: before(90, 95), listedAt: at(99) }, 102.6, '–'],
    ['once', { unheard: before(90, 95), shutOutAt: at(102.6) }, 103, '–'],
    [
      'nor while they are but suspected',
      { unheard: before(90, 95), state: 'suspected', suspectedAt: at(101.3) },
      102.4,
      '–',
    ],
    [
      'by the eyes of the partner nobody hears without paying',
      {
        unheard: before(88, 94),
        ...degraded,
        sight: { ...seen.sight, seenAt: at(104.4) },
        listedAt: at(104),
      },
      104.4,
      'shut_out',
    ],
  ])('[PRES-F22] silences add up: %s', (_title, more, now, expected) => {
    const tick = { now: at(now), lateMs: 0, startedAt: at(-60), heardAt: at(now), outage: null };
    const one = watch(100, { ...away, listedAt: at(102), ...more });
    expect(judge([one], tick)[0]?.type ?? '–').toBe(expected);
  });

  test('[PRES-F27] two devices of one person that are silent at once are silent once', () => {
    const other: Span = [at(95), at(102)];
    const one = watch(100, { ...away, listedAt: at(102), unheard: [other] });
    const tick = { now: at(103.9), lateMs: 0, startedAt: at(-60), heardAt: at(103.9), outage: null };
    expect(judge([one], tick)).toEqual([]);
    expect(judge([one], { ...tick, now: at(105) })).toMatchObject([{ type: 'shut_out' }]);
  });

  test('[PRES-F22] our own start and an outage of LiveKit make nobody silent', () => {
    const one = watch(95, { ...away, listedAt: at(102), unheard: before(90) });
    const tick = { now: at(102.4), lateMs: 0, startedAt: at(-60), heardAt: at(102.4), outage: null };
    expect(judge([one], tick)).toMatchObject([{ type: 'shut_out' }]);
    expect(judge([one], { ...tick, startedAt: at(88) })).toEqual([]);
    expect(judge([one], { ...tick, outage: { fromAt: at(80), toAt: at(98) } })).toEqual([]);
  });

  test.each<[string, Span, number, Outage | null, Span | null]>([
    ['that one node has heard', [at(90), at(96)], -60, null, [at(90), at(96)]],
    ['from when on it could hear', [at(90), at(96)], 82, null, [at(92), at(96)]],
    ['that was over by then', [at(90), at(96)], 86, null, null],
    ['since LiveKit was back', [at(90), at(96)], -60, { fromAt: at(80), toAt: at(95) }, [at(95), at(96)]],
    ['that ends while LiveKit is away', [at(90), at(96)], -60, { fromAt: at(95), toAt: null }, null],
    ['before LiveKit went', [at(90), at(96)], -60, { fromAt: at(97), toAt: null }, [at(90), at(96)]],
  ])('[PRES-F35] what is noted of a silence: %s', (_title, span, startedAt, outage, expected) => {
    expect(countedOf('unheard', span, { startedAt: at(startedAt), outage })).toEqual(expected);
  });

  test('[PRES-F35] what another node noted counts whole, though this one has just been started', () => {
    const one = watch(100, { ...away, listedAt: at(102), unheard: before(80, 85) });
    const tick = { now: at(102.6), lateMs: 0, startedAt: at(89), heardAt: at(102.6), outage: null };
    expect(judge([one], tick)).toMatchObject([{ type: 'shut_out' }]);
    const none = watch(100, { ...away, listedAt: at(102) });
    expect(judge([none], tick)).toEqual([]);
  });

  test.each<[string, Partial<Watch>, string]>([
    ['of whom is unreachable', { ...away, listedAt: at(102) }, '100–105'],
    ['of whom nobody has judged there is none', { listedAt: at(102) }, '–'],
    ['of whom is merely suspected it is paid', { ...degraded, listedAt: at(102) }, '–'],
    [
      'of whom only the partner has seen it is what is not paid',
      { ...degraded, sight: { ...seen.sight, seenAt: at(104.9) }, listedAt: at(104) },
      '103–105',
    ],
    ['of whom LiveKit does not have there is none', { ...away, listedAt: at(99) }, '–'],
    ['in no call nobody pays', { ...away, listedAt: at(102), callId: null }, '–'],
  ])('[PRES-F22] the silence that a beat ends: %s', (_title, more, expected) => {
    const span = unheardUntil(watch(100, more), at(105));
    expect(span === null ? '–' : span.map((instant) => (instant - at(0)) / 1000).join('–')).toBe(expected);
  });

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
    [
      'a page that said it goes and has not',
      { ...away, listedAt: at(105.6), pageLeftAt: at(100.5) },
      105.6,
      'shut_out',
    ],
    [
      'a page that has just gone may be in a list',
      { ...away, listedAt: at(105.4), pageLeftAt: at(100.5) },
      107.8,
      '–',
    ],
    ['a newer page of theirs', { ...away, listedAt: at(106), followed: 'named' }, 107.8, '–'],
    [
      'a newer page that only they speak of',
      { ...away, listedAt: at(106), followed: 'said' },
      107.8,
      'shut_out',
    ],
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

  test('[PRES-F19] whoever said that they go, and is removed since they had not, went by themselves', () => {
    const gone = [joined(0), proof(0, 60), sdk('page_left', 60), verdict('unreachable', 60, 'page_left')];
    const facts = [...gone, verdict('shut_out', 60), left(66, 'PARTICIPANT_REMOVED')];
    expect(fold(facts).map(line)).toEqual(['0–60 page_left unreachable']);
    expect(fold([...facts, verdict('left', 60, 'page_left')]).map(line)).toEqual(['0–60 page_left left']);
  });
});
