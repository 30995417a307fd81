import { describe, expect, it } from 'vitest';
import type { Interval } from '../presence/index.ts';
import { attendanceCsv, meetingsCsv } from './csv.ts';
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

  it('[ATT-12] CSV begins with a byte order mark when it is for Excel, and else never', () => {
    expect(meetingsCsv([]).charCodeAt(0)).not.toBe(0xfeff);
    expect(meetingsCsv([], { excel: true }).charCodeAt(0)).toBe(0xfeff);
    expect(attendanceCsv([], { excel: true }).charCodeAt(0)).toBe(0xfeff);
  });
});
