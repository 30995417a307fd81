import { describe, expect, test } from 'vitest';
import { at } from './builders.testing.ts';
import { distrust, isLostWithLivekit, judge } from './judge.ts';
import type { Tick } from './judge.ts';
import { watch } from './watch.testing.ts';
import type { Verdict, Watch } from './watch.ts';

const tick = (now: number, more: Partial<Tick> = {}): Tick => ({
  now: at(now),
  lateMs: 0,
  startedAt: at(-60),
  heardAt: at(now),
  outage: null,
  ...more,
});

const say = (one: Verdict | undefined): string => (one === undefined ? '–' : `${one.type} ${one.reason}`);
const ruling = (one: Watch, now: number): string => say(judge([one], tick(now))[0]);

const suspected = { state: 'suspected', suspectedAt: at(101.3) } as const;
const away = { state: 'unreachable', suspectedAt: at(101.3) } as const;
const seen = (s: number, expected = true) => ({ sight: { seenAt: at(s), reportedAt: at(s), expected } });
const blind = (s: number) => ({ sight: { seenAt: null, reportedAt: at(s), expected: false } });
const gone = (s: number, reason: string | null = null) => ({ goneAt: at(s), goneReason: reason });

describe('the detector', () => {
  test.each<[string, string, Watch, number, string]>([
    ['PRES-F0', 'a word about an older sid reaches no other watch', watch(100), 100.2, '–'],
    [
      'PRES-F1',
      'a beacon: suspected now',
      watch(100, { pageLeftAt: at(100.1) }),
      100.2,
      'suspected page_left',
    ],
    [
      'PRES-F1',
      'a second later nothing more',
      watch(100, { ...suspected, pageLeftAt: at(100.1), socketClosedAt: at(100.1) }),
      101.9,
      '–',
    ],
    [
      'PRES-F1',
      'unreachable at 2 s',
      watch(100, { ...suspected, pageLeftAt: at(100.1) }),
      102.1,
      'unreachable page_left',
    ],
    [
      'PRES-F1',
      'two lists without it in those ten seconds are no news',
      watch(100, { ...away, pageLeftAt: at(100.1), socketClosedAt: at(100.1), absent: [at(102), at(106)] }),
      107,
      '–',
    ],
    [
      'PRES-F1',
      'a newer sid that LiveKit has not named excuses five seconds of silence',
      watch(100, { ...suspected, followed: 'said' }),
      104.9,
      '–',
    ],
    [
      'PRES-F1',
      'and no more: it may be invented',
      watch(100, { ...suspected, followed: 'said' }),
      105,
      'unreachable silence',
    ],
    ['PRES-F1', 'left at 10 s', watch(100, { ...away, pageLeftAt: at(100.1) }), 110.1, 'left page_left'],
    [
      'PRES-F1',
      'a newer sid has followed: nothing',
      watch(100, { ...suspected, pageLeftAt: at(100.1), followed: 'named' }),
      105,
      '–',
    ],
    ['PRES-F2', '1.2 s of silence is nothing', watch(100), 101.2, '–'],
    ['PRES-F2', '1.3 s of silence', watch(100), 101.3, 'suspected silence'],
    [
      'PRES-F2',
      'a closed socket',
      watch(100, { socketClosedAt: at(100.2) }),
      100.3,
      'suspected socket_closed',
    ],
    ['PRES-F2', 'beats of 2 s: 3.3 s', watch(100, { beatEveryMs: 2000 }), 103.3, 'suspected silence'],
    ['PRES-F2', 'beats of 2 s: not before', watch(100, { beatEveryMs: 2000 }), 103.2, '–'],
    ['PRES-F3', '2.4 s of silence', watch(100, suspected), 102.4, '–'],
    ['PRES-F3', '2.5 s of silence', watch(100, suspected), 102.5, 'unreachable silence'],
    [
      'PRES-F3',
      'beats of 2 s: 6.3 s',
      watch(100, { ...suspected, beatEveryMs: 2000 }),
      106.3,
      'unreachable silence',
    ],
    ['PRES-F3', 'closed for 1.1 s', watch(100, { ...suspected, socketClosedAt: at(100.2) }), 101.3, '–'],
    [
      'PRES-F3',
      'closed for 1.2 s',
      watch(100, { ...suspected, socketClosedAt: at(100.2) }),
      101.4,
      'unreachable socket_closed',
    ],
    [
      'PRES-F3',
      "LiveKit's word and our socket closed",
      watch(100, { ...suspected, socketClosedAt: at(100.2), ...gone(100.3) }),
      100.4,
      'unreachable livekit_said_gone',
    ],
    ['PRES-F3', "LiveKit's word against fresh beats", watch(100, gone(100.3)), 100.4, '–'],
    [
      'PRES-F3',
      'CLIENT_INITIATED waits for a new sid',
      watch(100, { ...suspected, socketClosedAt: at(100.2), ...gone(100.2, 'CLIENT_INITIATED') }),
      101.3,
      '–',
    ],
    [
      'PRES-F1',
      'LiveKit says that it went by itself, and its socket closed: no lost connection before its 2 s',
      watch(100, { ...suspected, socketClosedAt: at(100), ...gone(100.2, 'CLIENT_INITIATED') }),
      102.1,
      '–',
    ],
    [
      'PRES-F1',
      'and then a page that left, though its own word has not come yet',
      watch(100, { ...suspected, socketClosedAt: at(100), ...gone(100.2, 'CLIENT_INITIATED') }),
      102.2,
      'unreachable page_left',
    ],
    [
      'PRES-F1',
      "what only the partner has said of a page that went takes nobody's place after 10 s",
      watch(100, { ...away, socketClosedAt: at(100), ...gone(100.2, 'CLIENT_INITIATED') }),
      111,
      '–',
    ],
    [
      'PRES-F4',
      'the partner sees packets: suspected only',
      watch(100, { ...suspected, ...seen(104) }),
      105,
      '–',
    ],
    [
      'PRES-F4',
      'saw them 1.5 s ago, expects some: quiet',
      watch(100, { ...suspected, sight: { seenAt: at(103), reportedAt: at(104.5), expected: true } }),
      104.5,
      'unreachable silence',
    ],
    ['PRES-F5', 'all muted: not at 2.5 s', watch(100, { ...suspected, ...blind(103) }), 103, '–'],
    [
      'PRES-F5',
      'all muted: at 8 s',
      watch(100, { ...suspected, ...blind(107.9) }),
      108,
      'unreachable silence',
    ],
    [
      'PRES-F5',
      'all muted, closed: not at 1.2 s',
      watch(100, { ...suspected, socketClosedAt: at(100), ...blind(101) }),
      101.3,
      '–',
    ],
    [
      'PRES-F5',
      'all muted, closed: at 1.7 s',
      watch(100, { ...suspected, socketClosedAt: at(100), ...blind(101.5) }),
      101.7,
      'unreachable socket_closed',
    ],
    ['PRES-F8', 'a newer proof than the doubt', watch(102, suspected), 102.1, 'resumed proof'],
    ['PRES-F8', 'also from unreachable', watch(107, away), 107.1, 'resumed proof'],
    ['PRES-F9', '14.9 s after the last proof', watch(100, away), 114.9, '–'],
    ['PRES-F9', '15 s after the last proof', watch(100, away), 115, 'left lost'],
    [
      'PRES-F9',
      'two polls 2 s apart without it',
      watch(100, { ...away, absent: [at(103), at(105)] }),
      105,
      'left absent',
    ],
    ['PRES-F9', 'two polls 1.9 s apart', watch(100, { ...away, absent: [at(103), at(104.9)] }), 105, '–'],
    ['PRES-F9', 'two empty polls against live beats', watch(104.9, { absent: [at(103), at(105)] }), 105, '–'],
    ['PRES-F9', 'whoever must leave is unreachable first', watch(100), 120, 'unreachable lost'],
    [
      'PRES-F10',
      'a followed sid leaves at 120 s all the same',
      watch(100, { ...away, followed: 'named' }),
      220,
      'left lost',
    ],
    [
      'PRES-F13',
      'a plain client is silent for an hour',
      watch(100, { beating: false, lastBeatAt: null }),
      3700,
      '–',
    ],
    [
      'PRES-F13',
      'one poll without it is nothing',
      watch(100, { beating: false, absent: [at(110), at(110)] }),
      200,
      '–',
    ],
    [
      'PRES-F13',
      'two polls without it',
      watch(100, { beating: false, absent: [at(110), at(112)] }),
      112,
      'left absent',
    ],
  ])('[%s] %s', (...[, , one, now, expected]) => {
    expect(ruling(one, now)).toBe(expected);
  });

  test('[PRES-F3] what is told holds from the last proof, not from the moment of noticing', () => {
    expect(judge([watch(100, suspected)], tick(103))[0]?.effectiveAt).toBe(at(100));
  });

  test('[PRES-F13] a plain client is there until the last list with it', () => {
    const plain = watch(100, { beating: false, listedAt: at(108), absent: [at(110), at(112)] });
    expect(judge([plain], tick(112))[0]?.effectiveAt).toBe(at(108));
  });

  test('[PRES-F6] a tick that comes 301 ms late judges nobody', () => {
    expect(judge([watch(100)], tick(140, { lateMs: 301 }))).toEqual([]);
    expect(judge([watch(100)], tick(140, { lateMs: 300 }))).toHaveLength(1);
  });

  test('[PRES-F6] five of ten suspected within 5 s hold every verdict until somebody is heard', () => {
    const many = Array.from({ length: 10 }, (_, n) =>
      watch(
        n < 5 ? 100 : 103,
        n < 5 ? { ...suspected, participantSid: `PA_${n}` } : { participantSid: `PA_${n}` },
      ),
    );
    expect(distrust(many, tick(103, { heardAt: at(101) }))).toBe(true);
    expect(judge(many, tick(103, { heardAt: at(101) }))).toEqual([]);
    expect(judge(many, tick(103, { heardAt: at(101.4) })).map(say)).toEqual(
      Array(5).fill('unreachable silence'),
    );
    expect(distrust(many.slice(0, 4), tick(103, { heardAt: at(101) }))).toBe(false);
  });

  test('[PRES-F6] five of twenty are their own trouble', () => {
    const many = Array.from({ length: 20 }, (_, n) => watch(100, n < 5 ? suspected : {}));
    expect(distrust(many, tick(103, { heardAt: null }))).toBe(false);
  });

  test('[PRES-F7] nobody is judged for 10 s after our start, but whoever is back is back', () => {
    const starting = (now: number) => tick(now, { startedAt: at(100) });
    expect(judge([watch(90)], starting(109.9))).toEqual([]);
    expect(judge([watch(105, suspected)], starting(106)).map(say)).toEqual(['resumed proof']);
  });

  test('[PRES-F7] silence of before our start is not silence: it began when we could hear', () => {
    const starting = (now: number) => tick(now, { startedAt: at(100) });
    expect(judge([watch(20)], starting(110)).map(say)).toEqual(['unreachable silence']);
    const gone = watch(20, { ...away, suspectedAt: at(20) });
    expect(judge([gone], starting(114.9))).toEqual([]);
    expect(judge([gone], starting(115)).map(say)).toEqual(['left lost']);
    expect(judge([gone], starting(115))[0]?.effectiveAt).toBe(at(20));
  });

  test.each([
    ['named two minutes ago', {}, 220, true],
    ['not quite', {}, 219.9, false],
    ['in no call of ours: its time is only attendance', { callId: null }, 500, false],
    ['one that beats has its own word', { beating: true }, 500, false],
    ['a track was published since', { lastProofAt: at(150) }, 220, false],
  ])('[PRES-F10] LiveKit is silent, a plain client %s', (_title, more, now, lost) => {
    const plain = { ...watch(100), beating: false, callId: 'call_1', ...more };
    expect(isLostWithLivekit(plain, { heardAt: at(100), now: at(now) })).toBe(lost);
  });

  test('[PRES-F10] 120 s without proof are left even while verdicts are held', () => {
    const many = Array.from({ length: 6 }, () => watch(100, { ...away, suspectedAt: at(101) }));
    expect(judge(many, tick(130, { heardAt: null }))).toEqual([]);
    expect(judge(many, tick(220, { heardAt: null })).map(say)).toEqual(Array(6).fill('left lost'));
  });
});
