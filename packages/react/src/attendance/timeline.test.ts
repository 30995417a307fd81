import { describe, expect, it } from 'vitest';
import { barsOf, lanesOf, spanOf, ticksOf, unansweredOf, unionOf, type Stay } from './timeline.ts';

const at = (s: number): string => new Date(s * 1000).toISOString();
const stay = (patch: Partial<Stay> = {}): Stay => ({
  participantSid: 'PA_1',
  identity: 'person_alice',
  personId: 'person_alice',
  name: 'Alice',
  joinedAt: at(0),
  leftAt: at(100),
  joinReason: null,
  leftReason: null,
  state: 'left',
  gaps: [],
  ...patch,
});
const spans = (s: Stay): (number | null)[][] =>
  barsOf(s).map((bar) => [bar.fromAt / 1000, bar.toAt === null ? null : bar.toAt / 1000]);

describe('timeline', () => {
  it.each([
    ['one stay is one bar', stay(), [[0, 100]]],
    [
      'a gap cuts it in two',
      stay({ gaps: [{ fromAt: at(40), toAt: at(50) }] }),
      [
        [0, 40],
        [50, 100],
      ],
    ],
    ['an open gap ends it', stay({ leftAt: null, gaps: [{ fromAt: at(40), toAt: null }] }), [[0, 40]]],
    ['an open stay goes on', stay({ leftAt: null }), [[0, null]]],
    ['a gap past the end changes nothing', stay({ gaps: [{ fromAt: at(100), toAt: at(120) }] }), [[0, 100]]],
    ['a stay without length has no bar', stay({ leftAt: at(0) }), []],
  ] as const)('[REACT-TIMELINE] %s', (_title, given, expected) => {
    expect(spans(given)).toEqual(expected);
  });

  it('[REACT-TIMELINE] a person who came back has one lane, in the order of first arrival', () => {
    const lanes = lanesOf([
      stay({ participantSid: 'PA_3', joinedAt: at(200), leftAt: at(300) }),
      stay({ identity: 'bob', personId: null, name: 'Bob', joinedAt: at(50) }),
      stay(),
    ]);
    expect(lanes.map((lane) => [lane.name, lane.bars.length])).toEqual([
      ['Alice', 2],
      ['Bob', 1],
    ]);
  });

  it('[REACT-TIMELINE] from the first arrival to the last end, or to now while somebody is there', () => {
    const people = [
      { firstJoinAt: at(10), lastLeaveAt: at(70) },
      { firstJoinAt: at(5), lastLeaveAt: at(40) },
    ];
    expect(spanOf(people, 90_000)).toEqual({ fromAt: 5_000, toAt: 70_000 });
    expect(spanOf([{ firstJoinAt: at(10), lastLeaveAt: null }], 90_000).toAt).toBe(90_000);
    // A stretch has a length, whatever the clock says.
    expect(spanOf([{ firstJoinAt: at(10), lastLeaveAt: at(10) }], 0)).toEqual({
      fromAt: 10_000,
      toAt: 15_000,
    });
  });

  it('[REACT-TIMELINE] ticks are round, inside the span, and no more than wanted', () => {
    expect(ticksOf([1_000, 61_000], 4)).toEqual([15_000, 30_000, 45_000, 60_000]);
    expect(ticksOf([0, 3_600_000], 4)).toHaveLength(5);
  });

  it('[REACT-TIMELINE] ticks are round by the reader’s clock, also where it is half an hour off the full one', () => {
    const delhi = 5.5 * 3_600_000;
    expect(ticksOf([0, 2 * 3_600_000], 2, delhi)).toEqual([1_800_000, 5_400_000]);
  });

  it('[REACT-TIMELINE] two devices of a person at once are lanes of their own, and count once together', () => {
    const [lane] = lanesOf([
      stay({ identity: 'laptop', joinedAt: at(0), leftAt: at(40) }),
      stay({ identity: 'phone', participantSid: 'PA_2', joinedAt: at(8), leftAt: at(48) }),
      stay({ identity: 'laptop', participantSid: 'PA_3', joinedAt: at(44), leftAt: at(46) }),
    ]);
    expect(lane?.devices.map((device) => device.map((bar) => bar.sid))).toEqual([['PA_1', 'PA_3'], ['PA_2']]);
    expect(unionOf(lane?.bars ?? [])).toEqual([{ fromAt: 0, toAt: 48_000 }]);
    expect(lanesOf([stay({ leftAt: null })])[0]?.devices).toHaveLength(1);
  });
});

describe('telephones', () => {
  it('[PRES-R24] that nobody was on are told with why, by name or else by identity', () => {
    const stays = [
      stay({ participantSid: 'PA_1', name: '+49301234', state: 'aborted', leftReason: 'rejected' }),
      stay({
        participantSid: 'PA_2',
        name: '',
        identity: 'sip_7',
        state: 'aborted',
        leftReason: 'not_answered',
      }),
      stay({ participantSid: 'PA_3', leftReason: 'page_left' }),
    ];
    expect(unansweredOf(stays)).toEqual([
      { sid: 'PA_1', name: '+49301234', reason: 'rejected' },
      { sid: 'PA_2', name: 'sip_7', reason: 'not_answered' },
    ]);
  });
});
