import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Interval, MediaKind } from '../presence/index.ts';
import { attend } from './attend.ts';
import { attendanceCsv } from './csv.ts';

const T0 = Date.UTC(2026, 0, 5, 10);
const at = (s: number): number => T0 + s * 1000;

let count = 0;

function stay(
  identity: string,
  from: number,
  ...[to, more = {}]: [to: number | null, more?: Partial<Interval>]
): Interval {
  count += 1;
  return {
    participantSid: `PA_${count}`,
    roomSid: 'RM_1',
    roomName: 'room',
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
    outageAt: [],
    closedAt: [],
    listed: false,
    beating: false,
    ...more,
  };
}

const report = (intervals: readonly Interval[], more: Partial<Parameters<typeof attend>[1]> = {}) =>
  attend(intervals, { untilAt: at(1000), ...more });
/** `present/connected visits+reconnects` in seconds. */
const short = (intervals: readonly Interval[]): string[] =>
  report(intervals).map(
    (one) => `${one.presentMs / 1000}/${one.connectedMs / 1000} ${one.visits}+${one.reconnects}`,
  );
const gap = (from: number, to: number): Partial<Interval> => ({ gaps: [[at(from), at(to)]] });

describe('attendance', () => {
  test.each<[string, string, Interval[], string[]]>([
    ['ATT-2', 'one stay', [stay('a', 0, 100)], ['100/100 1+0']],
    ['ATT-3', 'a short pause', [stay('a', 0, 40), stay('a', 50, 100)], ['90/90 1+1']],
    ['ATT-3', 'a pause of exactly the window', [stay('a', 0, 40), stay('a', 100, 110)], ['50/50 2+0']],
    ['ATT-3', 'a long pause', [stay('a', 0, 40), stay('a', 140, 200)], ['100/100 2+0']],
    ['ATT-3', 'a gap is a short pause', [stay('a', 0, 100, gap(30, 40))], ['90/90 1+1']],
    ['ATT-2', 'two devices at once', [stay('a', 0, 100), stay('a', 50, 150)], ['150/200 1+0']],
    [
      'ATT-2',
      'a gap that the other device covers',
      [stay('a', 0, 100, gap(30, 40)), stay('a', 20, 60)],
      ['100/130 1+0'],
    ],
    ['ATT-4', 'a recorder', [stay('a', 0, 10), stay('EG_1', 0, 10, { kind: 'EGRESS' })], ['10/10 1+0']],
    ['ATT-4', 'an aborted join', [stay('a', 5, 5, { state: 'aborted' })], []],
    ['ATT-3', 'in and out within a millisecond', [stay('a', 5, 5)], ['0/0 1+0']],
  ])('[%s] %s', (...[, , intervals, expected]) => {
    expect(short(intervals)).toEqual(expected);
  });

  test('[ATT-1] two tabs of one person are one line with the first identity, two people are two', () => {
    const personId = 'person_1';
    const lines = report([
      stay('person_1~b', 20, 60, { personId, name: 'Alice' }),
      stay('person_1~a', 0, 40, { personId }),
      stay('bob', 10, 30),
    ]);
    expect(
      lines.map(({ identity, personId: person, name, presentMs }) => [identity, person, name, presentMs]),
    ).toEqual([
      ['person_1~a', 'person_1', 'Alice', 60_000],
      ['bob', null, 'bob', 20_000],
    ]);
  });

  test('[ATT-5] together is with anybody else, alone the rest', () => {
    const lines = report([stay('a', 0, 100), stay('b', 30, 50), stay('c', 40, 90), stay('d', 200, 230)]);
    expect(
      lines.map(({ identity, togetherMs, aloneMs }) => [identity, togetherMs / 1000, aloneMs / 1000]),
    ).toEqual([
      ['a', 60, 40],
      ['b', 20, 0],
      ['c', 50, 0],
      ['d', 0, 30],
    ]);
  });

  test('[ATT-6] whoever is still there has no last leave and counts up to the report', () => {
    const [line] = report([stay('a', 0, 10), stay('a', 20, null)], { untilAt: at(60) });
    expect(line).toMatchObject({ firstJoinAt: at(0), lastLeaveAt: null, presentMs: 50_000 });
  });

  test('[ATT-7] a period cuts at both ends and lists nobody else', () => {
    const all = [stay('a', 0, 100), stay('b', 90, null), stay('c', 0, 20), stay('d', 300, 400)];
    const lines = report(all, { period: { fromAt: at(50), toAt: at(200) } });
    expect(
      lines.map((one) => [one.identity, one.firstJoinAt - T0, (one.lastLeaveAt ?? 0) - T0, one.presentMs]),
    ).toEqual([
      ['a', 50_000, 100_000, 50_000],
      ['b', 90_000, 200_000, 110_000],
    ]);
  });

  const some = fc.array(
    fc
      .record({ who: fc.constantFrom('a', 'b', 'c'), from: fc.nat(300), ms: fc.nat(200) })
      .map(({ who, from, ms }) => stay(who, from, from + ms)),
    { maxLength: 10 },
  );

  test('[ATT-8] in any order the same lines', () => {
    fc.assert(
      fc.property(
        some.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(report(shuffled)).toEqual(report(all));
        },
      ),
    );
  });

  test('[ATT-2] present lies within first join and last leave, whatever overlaps (PRES-R10)', () => {
    fc.assert(
      fc.property(some, (all) => {
        for (const one of report(all)) {
          expect(one.presentMs).toBeLessThanOrEqual((one.lastLeaveAt ?? at(1000)) - one.firstJoinAt);
          expect(one.presentMs).toBeLessThanOrEqual(one.connectedMs);
          expect(one.togetherMs + one.aloneMs).toBe(one.presentMs);
          expect(one.togetherMs).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('[ATT-18] camera, microphone and screen count inside the presence, several devices once', () => {
    const tracks = (
      ...all: [kind: MediaKind, from: number | null, to: number | null][]
    ): Partial<Interval> => ({
      tracks: all.map(([kind, from, to], n) => [
        `TR_${n}`,
        kind,
        from === null ? null : at(from),
        to === null ? null : at(to),
      ]),
    });
    const media = (intervals: readonly Interval[], more = {}): number[][] =>
      report(intervals, more).map(({ cameraMs, microphoneMs, screenMs }) =>
        [cameraMs, microphoneMs, screenMs].map((ms) => ms / 1000),
      );
    const one = stay('a', 10, 100, tracks(['camera', 5, 40], ['camera', 30, 50], ['screen', 90, 120]));
    expect(media([one])).toEqual([[40, 0, 10]]);
    // A lost end ends with the stay; a lost begin counts nothing; a gap is no presence.
    const lost = { ...tracks(['camera', 20, null], ['microphone', null, 60]), ...gap(30, 50) };
    expect(media([stay('a', 0, 100, lost)])).toEqual([[60, 0, 0]]);
    const open = tracks(['microphone', 0, null]);
    expect(media([stay('a', 0, null, open)], { untilAt: at(60) })).toEqual([[0, 60, 0]]);
    const both = [stay('a', 0, 50, tracks(['camera', 0, 50])), stay('a', 20, 80, tracks(['camera', 20, 80]))];
    expect(media(both)).toEqual([[80, 0, 0]]);
    expect(media(both, { period: { fromAt: at(40), toAt: at(60) } })).toEqual([[20, 0, 0]]);
  });

  test('[ATT-9] the CSV begins with name, first join and total, and runs nothing', () => {
    const lines = report([
      stay('a', 0, 65.25, { name: 'Ann "Bo", Jr.' }),
      stay('b', 1, null, { name: '=HYPERLINK("http://evil")' }),
      stay('c', 2, 3, { name: '-1+1', personId: 'person_c' }),
      stay('d', 3, 4, { name: 'two\nlines' }),
    ]);
    const csv = attendanceCsv(lines);
    const rows = csv.split('\r\n');
    expect(rows[0]).toBe(
      'name,first_join_at,present_seconds,last_leave_at,visits,reconnects,connected_seconds,together_seconds,alone_seconds,identity,person_id,camera_seconds,microphone_seconds,screen_seconds,messages',
    );
    expect(rows[1]).toMatch(
      /^"Ann ""Bo"", Jr\.",2026-01-05T10:00:00\.000Z,65\.25,2026-01-05T10:01:05\.250Z,1,0,65\.25,/,
    );
    expect(rows[2]).toMatch(/^"'=HYPERLINK\(""http:\/\/evil""\)",2026-01-05T10:00:01\.000Z,999,,1,0,/);
    expect(rows[3]).toMatch(/^'-1\+1,/);
    expect(csv).toContain('"two\nlines"');
    expect(csv.endsWith('\r\n')).toBe(true);
  });

  test('[ATT-2] a report of 10,000 people (the time is printed, not judged)', () => {
    const all = Array.from({ length: 10_000 }, (_, n) => stay(`p${n}`, n % 997, (n % 997) + 600 + (n % 61)));
    const startedAt = performance.now();
    const lines = report(all, { untilAt: at(5000) });
    process.stdout.write(`attendance of 10,000 people: ${Math.round(performance.now() - startedAt)} ms\n`);
    expect(lines).toHaveLength(10_000);
  });
});
