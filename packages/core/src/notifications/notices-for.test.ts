import { describe, expect, test } from 'vitest';
import type { NoticeInterval } from './absences.ts';
import type { NoticeCall } from './notices-for.ts';
import { goneReason, noticesFor } from './notices-for.ts';
import {
  at,
  iso,
  people,
  call,
  endedCall,
  stay,
  gone,
  silent,
  bob,
  rung,
  saidIn,
} from './builders.testing.ts';

/** What Bob is told of Alice, in short words. */
function bobHears(ofCall: NoticeCall, intervals: NoticeInterval[]): string[] {
  return noticesFor(ofCall, people, intervals)
    .filter(({ recipientId }) => recipientId === 'person_bob')
    .map((told) => {
      const { state, reason } = saidIn(told);
      return [told.type.slice(5), state, reason].filter((word) => word !== undefined).join(' ');
    });
}

describe('who is told', () => {
  test('[NOTE-1] nobody is told about themselves, and a stranger in the room is neither told nor told of', () => {
    const told = noticesFor(call(), people, [stay('alice', 0), bob, stay('mallory', 2)]);
    expect(told.map((each) => [each.recipientId, saidIn(each)['personId']])).toEqual([
      ['person_bob', 'person_alice'],
      ['person_alice', 'person_bob'],
    ]);
  });

  test('[NOTE-2] a second visit is under the same key as the first', () => {
    const keys = (intervals: NoticeInterval[]): string[] =>
      noticesFor(call(), people, intervals).flatMap(({ type, dedupKey }) =>
        type === 'call.partner_joined' ? [dedupKey] : [],
      );
    const first = gone('alice', [0, 10], 'page_left');
    expect(keys([first, stay('alice', 15)])).toEqual(keys([first]));
  });
});

describe('what Bob is told of Alice', () => {
  const left = 'partner_joined';
  const cases: [string, string, NoticeCall, NoticeInterval[], string[]][] = [
    ['NOTE-5', 'suspicion is no news', call(), [stay('alice', 0, { state: 'suspected' })], [left]],
    [
      'NOTE-5',
      'a page that left may be a reload',
      call(),
      [gone('alice', [0, 60], 'page_left suspected')],
      [left],
    ],
    [
      'NOTE-3',
      'silence is unreachable',
      call(),
      [silent(0, 60)],
      [left, 'partner_left unreachable lost_connection'],
    ],
    [
      'NOTE-3',
      'a timeout is left',
      call(),
      [gone('alice', [0, 60], 'timeout')],
      [left, 'partner_left left lost_connection'],
    ],
    ['NOTE-4', 'another tab takes over', call(), [gone('alice', [0, 60], 'duplicate')], [left]],
    ['NOTE-4', 'another device is still there', call(), [silent(0, 60), stay('alice', 30)], [left]],
    [
      'NOTE-6',
      'a closed page is left by will',
      call(),
      [gone('alice', [0, 60], 'page_left unreachable')],
      [left, 'partner_left unreachable left'],
    ],
    [
      'NOTE-6',
      'a page that said that it goes, before LiveKit says anything',
      call(),
      [{ ...silent(0, 60), closedAt: [at(60)] }],
      [left, 'partner_left unreachable left'],
    ],
    [
      'NOTE-7',
      'a return is told to whoever was told of the absence',
      call(),
      [silent(0, 60, 66)],
      [left, 'partner_back'],
    ],
    [
      'NOTE-8',
      'a hang-up is told as the end',
      endedCall(65, 'hung_up', 'person_alice'),
      [gone('alice', [0, 65], 'bye')],
      [left, 'partner_left ended hung_up', 'ended'],
    ],
    [
      'NOTE-8',
      'an empty wallet is the payer',
      endedCall(600, 'out_of_balance'),
      [stay('alice', 0)],
      [left, 'partner_left ended out_of_balance', 'ended'],
    ],
    [
      'NOTE-8',
      'of two who are gone it is the one who went first',
      endedCall(60, 'lost_connection'),
      [gone('alice', [0, 60], 'lost'), gone('bob', [1, 61], 'lost')],
      [left, 'partner_left ended lost_connection', 'ended'],
    ],
    ['NOTE-9', 'a call that nobody joined just ends', endedCall(600, 'expired'), [], ['ended']],
    [
      'NOTE-15',
      'two who did not come together are told by matching',
      endedCall(5, 'not_matched', 'person_alice'),
      [],
      [],
    ],
  ];
  test.each(cases)('[%s] %s', (...[, , ofCall, intervals, expected]) => {
    expect(bobHears(ofCall, [...intervals, bob])).toEqual(expected);
  });

  test.each([
    ['that rang out is missed', rung(45, 'no_answer'), [], 'no_answer'],
    ['that the caller gave up is missed', rung(20, 'hung_up', 'person_alice'), [], 'hung_up'],
    ['that who is called declines is not', rung(9, 'hung_up', 'person_bob'), [], null],
    ['that they came to is not', rung(60, 'lost_connection'), [bob], null],
    ['that they met in is not', { ...rung(60, 'left', 'person_alice'), startedAt: at(5) }, [], null],
    ['that nobody was called to is not', { ...rung(600, 'expired'), called: null }, [], null],
  ])('[NOTE-14] a call %s', (_, ofCall, came, reason) => {
    const missed = noticesFor(ofCall, people, [stay('alice', 1), ...came]).filter(
      ({ type }) => type === 'call.missed',
    );
    expect(
      missed.map((each) => [each.recipientId, saidIn(each)['personId'], saidIn(each)['reason']]),
    ).toEqual(reason === null ? [] : [['person_bob', 'person_alice', reason]]);
  });

  test('[NOTE-3] unreachable and left of one absence have two keys, and each is the same next time', () => {
    const keys = (intervals: NoticeInterval[]): string[] =>
      noticesFor(call(), people, [...intervals, bob]).flatMap((each) =>
        each.type === 'call.partner_left' ? [each.dedupKey] : [],
      );
    const unreachable = keys([silent(0, 60)]);
    const leftNow = keys([gone('alice', [0, 60], 'lost')]);
    expect(unreachable).toEqual(keys([silent(0, 60)]));
    expect(unreachable).not.toEqual(leftNow);
    const again = { ...silent(0, 90), gaps: [[at(60), at(66)] as const, [at(90), null] as const] };
    expect(keys([again])).not.toEqual(unreachable);
  });

  test('[NOTE-7] a return names the keys of its own absence, and how long it was', () => {
    const away = noticesFor(call(), people, [silent(0, 60), bob]).find((each) => each.type.endsWith('left'));
    const back = noticesFor(call(), people, [silent(0, 60, 66), bob]).find((each) =>
      each.type.endsWith('back'),
    );
    expect(back?.onlyAfter).toContain(away?.dedupKey);
    expect(back?.payload).toMatchObject({ personId: 'person_alice', at: iso(66), gapMs: 6_000 });
  });

  test('[NOTE-6] each end of an interval has a reason that people understand', () => {
    const words = [
      'bye',
      'page_left',
      'removed',
      'room_deleted',
      'timeout',
      'lost',
      'absent',
      'duplicate',
      null,
    ];
    expect(words.map(goneReason)).toEqual([
      'hung_up',
      'left',
      'removed',
      'removed',
      ...Array<string>(5).fill('lost_connection'),
    ]);
  });

  test('[NOTE-3] the notice says from when on, and until when the partner may come back', () => {
    const waiting = call({ status: 'reconnecting', graceUntil: at(105) });
    const told = noticesFor(waiting, people, [silent(0, 60), bob]).find((each) => each.type.endsWith('left'));
    expect(told?.payload).toMatchObject({ at: iso(60), graceUntil: iso(105), name: 'Alice' });
  });

  const outage = { ...silent(0, 60), outageAt: [at(60)] };
  test.each<[string, NoticeCall, NoticeInterval[], string[]]>([
    ['nobody is told of whom an outage of LiveKit took', call(), [outage], [left]],
    ['nor when their place is gone', call(), [gone('alice', [0, 60], 'livekit_restarted')], [left]],
    [
      'a silence of their own after it is told',
      call(),
      [
        {
          ...silent(0, 80),
          gaps: [
            [at(60), at(64)],
            [at(80), null],
          ],
          outageAt: [at(60)],
        },
      ],
      // The return is told to whoever was told of an absence (NOTE-7): to nobody.
      [left, 'partner_back', 'partner_left unreachable lost_connection'],
    ],
    [
      'who is missed once it is back is lost like anybody',
      call(),
      [{ ...gone('alice', [0, 60], 'lost'), gaps: [[at(60), at(60)]], outageAt: [at(60)] }],
      [left, 'partner_left left lost_connection'],
    ],
    [
      'a call that it ends has ended, by nobody',
      endedCall(60, 'lost_connection'),
      [gone('alice', [0, 60], 'livekit_restarted')],
      [left, 'ended'],
    ],
  ])('[NOTE-11] %s', (...[, ofCall, intervals, expected]) => {
    expect(bobHears(ofCall, [...intervals, bob])).toEqual(expected);
  });

  test('[NOTE-9] after the end an absence is told as the end only', () => {
    const intervals = [gone('alice', [0, 60], 'lost'), gone('bob', [1, 105], 'room_deleted')];
    const told = noticesFor(endedCall(60, 'lost_connection'), people, intervals);
    expect(
      told.filter(({ type }) => type === 'call.partner_left').map((each) => saidIn(each)['state']),
    ).toEqual(['ended']);
    expect(told.filter(({ type }) => type === 'call.ended').map(({ recipientId }) => recipientId)).toEqual([
      'person_alice',
      'person_bob',
    ]);
  });

  test.each([true, false])('[NOTE-12] the end says whether what it cost is final: %s', (settled) => {
    const told = noticesFor({ ...endedCall(60, 'hung_up', 'person_bob'), settled }, people, [bob]);
    expect(told.filter(({ type }) => type === 'call.ended').map(saidIn)).toEqual([
      expect.objectContaining({ settled }),
      expect.objectContaining({ settled }),
    ]);
  });

  test('[NOTE-10] order and repetition of the intervals mean nothing', () => {
    const intervals = [silent(0, 60, 66), gone('alice', [70, 80], 'page_left'), stay('alice', 90), bob];
    const straight = noticesFor(call(), people, intervals);
    expect(noticesFor(call(), people, [...intervals, ...intervals].toReversed())).toEqual(straight);
  });
});
