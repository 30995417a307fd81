import { describe, expect, it } from 'vitest';
import type { Interval } from '../presence/index.ts';
import { attendanceCsv, meetingsCsv } from './csv.ts';
import { dailyMeetings } from './daily.ts';
import { meetingsOf } from './meetings.ts';

const T0 = Date.UTC(2026, 0, 5, 10);
const at = (s: number): number => T0 + s * 1000;

let count = 0;
const stay = (
  identity: string,
  [from, to]: [number, number | null],
  more: Partial<Interval> = {},
): Interval => ({
  participantSid: `PA_${(count += 1)}`,
  roomSid: 'RM_1',
  roomName: 'standup',
  identity,
  personId: null,
  name: '',
  kind: 'STANDARD',
  callId: null,
  joinedAt: at(from),
  leftAt: to === null ? null : at(to),
  leftAtMin: null,
  leftAtMax: null,
  joinReason: 'webhook',
  leftReason: to === null ? null : 'page_left',
  lastProofAt: at(from),
  state: to === null ? 'present' : 'left',
  supersededBy: null,
  gaps: [],
  unpaid: [],
  named: true,
  listed: false,
  beating: false,
  outageAt: [],
  closedAt: [],
  ...more,
});
const short = (intervals: readonly Interval[]) =>
  meetingsOf(intervals, { untilAt: at(1_000) }).map(({ id, startedAt, endedAt, durationMs, people }) => [
    id,
    (startedAt - T0) / 1000,
    endedAt === null ? null : (endedAt - T0) / 1000,
    durationMs / 1000,
    people.map(({ identity }) => identity).join(' '),
  ]);

describe('meetings', () => {
  it.each<[string, Interval[], unknown[]]>([
    [
      '[ATT-11] two in one room are one meeting',
      [stay('b', [20, 90]), stay('a', [0, 60])],
      [['RM_1', 0, 90, 90, 'a b']],
    ],
    [
      '[ATT-11] the same name later is another meeting, the newest first',
      [stay('a', [0, 60]), stay('a', [100, 130], { roomSid: 'RM_2' })],
      [
        ['RM_2', 100, 130, 30, 'a'],
        ['RM_1', 0, 60, 60, 'a'],
      ],
    ],
    [
      '[ATT-11] a call that went on in a second room of LiveKit is one meeting',
      [stay('a', [0, 60], { callId: 'call_1' }), stay('a', [80, 95], { callId: 'call_1', roomSid: 'RM_2' })],
      [['call_1', 0, 95, 95, 'a']],
    ],
    [
      '[ATT-11] somebody who is still there leaves it open',
      [stay('a', [0, null])],
      [['RM_1', 0, null, 1_000, 'a']],
    ],
    [
      '[ATT-11] a recorder and a join that failed make no meeting',
      [stay('EG_1', [0, 50], { kind: 'EGRESS' }), stay('a', [5, 5], { state: 'aborted' })],
      [],
    ],
  ])('%s', (_title, intervals, expected) => {
    expect(short(intervals)).toEqual(expected);
  });

  it('[ATT-11, ATT-9] as CSV a meeting is a line, and a room or a name cannot be run as a formula', () => {
    const csv = meetingsCsv(
      meetingsOf([stay('a', [0, 1.5], { name: '=Ann', roomName: '+room' }), stay('b', [1, 2])], {
        untilAt: at(9),
      }),
    );
    expect(csv.split('\r\n')).toEqual([
      'room,started_at,ended_at,duration_seconds,people,names,call_id,id',
      "'+room,2026-01-05T10:00:00.000Z,2026-01-05T10:00:02.000Z,2,2,'=Ann; b,,RM_1",
      '',
    ]);
  });

  it.each(['=1', '+1', '-1', '@1', '\t=1', ' =1', '\uFEFF=1', '＝1', '＋1', '－1', '＠1'])(
    '[ATT-9] a room called %j is text in a file',
    (roomName) => {
      const [, line] = meetingsCsv(meetingsOf([stay('a', [0, 1], { roomName })], { untilAt: at(9) })).split(
        '\r\n',
      );
      expect(line).toMatch(/^"?'/);
    },
  );

  it('[ATT-12] CSV begins with a byte order mark when it is for Excel, and else never', () => {
    expect(meetingsCsv([]).charCodeAt(0)).not.toBe(0xfeff);
    expect(meetingsCsv([], { excel: true }).charCodeAt(0)).toBe(0xfeff);
    expect(attendanceCsv([], { excel: true }).charCodeAt(0)).toBe(0xfeff);
  });
});

describe('meetings in the shape of Daily', () => {
  const told = (intervals: Interval[]) =>
    dailyMeetings(intervals, { untilAt: at(100) + 999, roomOf: (name) => `${name}!` });

  it('[ATT-17] in seconds, a participant for each coming, and how many people there were at one time', () => {
    const ann = stay('ann', [0, 40], { participantSid: 'PA_a', personId: 'person_1', name: 'Ann' });
    const again = stay('ann~2', [30, null], { participantSid: 'PA_b', personId: 'person_1', name: 'Ann' });
    const ben = stay('ben', [50, 60], { participantSid: 'PA_c', gaps: [[at(52), at(55)]] });
    const cid = stay('cid', [60, 61], { participantSid: 'PA_d' });
    const agent = stay('bot', [0, 100], { kind: 'AGENT' });
    const recorder = stay('EG_1', [0, 100], { kind: 'EGRESS' });
    const earlier = stay('dan', [-50, -40], { roomSid: 'RM_0', participantSid: 'PA_e' });
    const start = T0 / 1000;
    expect(told([cid, recorder, earlier, ben, again, agent, ann])).toEqual([
      {
        id: 'RM_1',
        room: 'standup!',
        start_time: start,
        duration: 100,
        ongoing: true,
        max_participants: 2,
        participants: [
          { user_id: 'person_1', participant_id: 'PA_a', user_name: 'Ann', join_time: start, duration: 40 },
          {
            user_id: 'person_1',
            participant_id: 'PA_b',
            user_name: 'Ann',
            join_time: start + 30,
            duration: 70,
          },
          { user_id: 'ben', participant_id: 'PA_c', user_name: null, join_time: start + 50, duration: 7 },
          { user_id: 'cid', participant_id: 'PA_d', user_name: null, join_time: start + 60, duration: 1 },
        ],
      },
      expect.objectContaining({ id: 'RM_0', ongoing: false, duration: 10, max_participants: 1 }),
    ]);
  });
});
