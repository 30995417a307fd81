import { describe, expect, it } from 'vitest';
import type { Appointment, BookingStatus, Coming, LobbyEntry, SeatOutcome } from './index.ts';
import {
  calendarFile,
  coinsCharged,
  faultOfStarting,
  isDeserted,
  isNoShow,
  isReminderDue,
  lobbyOrder,
  verdictOnComing,
  waitsSince,
} from './index.ts';

const MIN = 60_000;
const HOUR = 60 * MIN;
const START = Date.UTC(2027, 2, 22, 9);
const at = (min: number) => START + min * MIN;
const booking = (status: BookingStatus = 'SCHEDULED'): Appointment => ({
  status,
  startsAt: START,
  endsAt: at(60),
});

describe('states of a booking', () => {
  it.each<[BookingStatus, number, string | null]>([
    ['SCHEDULED', -16, 'too_early'],
    ['SCHEDULED', -15, null],
    ['SCHEDULED', 14, null],
    ['SCHEDULED', 15, 'over'],
    ['IN_PROGRESS', 90, null],
    ['COMPLETED', 0, 'over'],
    ['CANCELLED', 0, 'over'],
    ['NO_SHOW', 0, 'over'],
  ])('[MENTOR-6] starting one that is %s, %i minutes after its time: %s', (status, min, fault) => {
    expect(faultOfStarting(booking(status), at(min))).toBe(fault);
  });

  it('[MENTOR-6] not begun 15 minutes after its time it is a no-show', () => {
    expect([14, 15].map((min) => isNoShow(booking(), at(min)))).toEqual([false, true]);
    expect(isNoShow(booking('IN_PROGRESS'), at(30))).toBe(false);
  });

  it.each<[string, { emptySince: number | null; everEntered: boolean }, number, boolean]>([
    ['somebody is there', { emptySince: null, everEntered: true }, 300, false],
    ['empty for 4 minutes', { emptySince: at(20), everEntered: true }, 24, false],
    ['empty for 5 minutes', { emptySince: at(20), everEntered: true }, 25, true],
    ['begun, and nobody came yet', { emptySince: at(-10), everEntered: false }, 30, false],
    ['begun, and nobody ever came', { emptySince: at(-10), everEntered: false }, 65, true],
  ])('[MENTOR-7] %s', (_title, room, min, expected) => {
    expect(isDeserted(booking('IN_PROGRESS'), room, at(min))).toBe(expected);
  });

  it.each<['day' | 'minutes', number, number, boolean]>([
    ['day', -48 * 60, -24 * 60 - 1, false],
    ['day', -48 * 60, -24 * 60, true],
    ['day', -48 * 60, -60, true],
    ['day', -12 * 60, -60, false],
    ['minutes', -60, -11, false],
    ['minutes', -60, -10, true],
    ['minutes', -5, -4, false],
    ['minutes', -60, 0, false],
  ])('[MENTOR-11] the one of a %s, agreed at %i, at %i: %s', (which, agreed, now, expected) => {
    expect(isReminderDue(which, { ...booking(), agreedAt: at(agreed) }, at(now))).toBe(expected);
    expect(isReminderDue(which, { ...booking('CANCELLED'), agreedAt: at(agreed) }, at(now))).toBe(false);
  });
});

describe('what is charged of a fixed price', () => {
  const half = {
    coins: 101n,
    startsAt: START,
    cancellation: { freeUntilHours: 24, thenBack: 'half' as const },
  };
  const none = { ...half, cancellation: { freeUntilHours: 2, thenBack: 'none' as const } };
  it.each<[string, typeof half | typeof none, SeatOutcome, bigint]>([
    ['MENTOR-8] both met', half, { kind: 'met' }, 101n],
    ['MENTOR-8] the mentor did not come', none, { kind: 'mentor_absent' }, 0n],
    ['MENTOR-8] the mentor cancelled late', none, { kind: 'cancelled', by: 'mentor', at: START }, 0n],
    [
      'MENTOR-8] ended before the mentee could have come',
      none,
      { kind: 'mentee_absent', mentorUntil: at(14) },
      0n,
    ],
    [
      'MENTOR-9] the mentee cancelled in time',
      half,
      { kind: 'cancelled', by: 'mentee', at: START - 24 * HOUR },
      0n,
    ],
    [
      'MENTOR-9] a millisecond late, half',
      half,
      { kind: 'cancelled', by: 'mentee', at: START - 24 * HOUR + 1 },
      50n,
    ],
    ['MENTOR-9] late, nothing back', none, { kind: 'cancelled', by: 'mentee', at: START - HOUR }, 101n],
    ['MENTOR-9] the mentee did not come', half, { kind: 'mentee_absent', mentorUntil: at(15) }, 50n],
  ])('[%s', (_title, seat, outcome, coins) => {
    expect(coinsCharged(seat, outcome)).toBe(coins);
  });
});

describe('verdicts', () => {
  const came: Coming = {
    startsAt: START,
    endedAt: at(60),
    firstJoinAt: at(1),
    lastLeaveAt: at(60),
    togetherMs: 50 * MIN,
    waitedMs: 0,
    isDenied: false,
  };
  it.each<[string, Partial<Coming>, string]>([
    ['on time and to the end', {}, 'present'],
    ['five minutes late is on time', { firstJoinAt: at(5) }, 'present'],
    ['late, though left early', { firstJoinAt: at(6), lastLeaveAt: at(20) }, 'late'],
    ['left early', { lastLeaveAt: at(54) }, 'left_early'],
    ['alone in the room', { togetherMs: 0 }, 'waited_alone'],
    ['only in the lobby', { firstJoinAt: null, waitedMs: MIN }, 'waited_alone'],
    ['for a moment in the lobby', { firstJoinAt: null, waitedMs: MIN - 1 }, 'no_show'],
    ['never there', { firstJoinAt: null }, 'no_show'],
    ['denied, though they waited', { firstJoinAt: null, waitedMs: MIN, isDenied: true }, 'denied'],
  ])('[MENTOR-10] %s', (_title, more, verdict) => {
    expect(verdictOnComing({ ...came, ...more })).toBe(verdict);
  });
});

describe('the lobby', () => {
  const entry = (id: string, asked: number, beat: number): LobbyEntry & { id: string } => ({
    id,
    state: 'waiting',
    askedAt: START + asked * 1_000,
    beatAt: START + beat * 1_000,
  });
  it('[MENTOR-12] in the order of asking; silent for 10 s is away, for 60 s gone', () => {
    const entries = [
      entry('c', 30, 90),
      entry('a', 0, 80),
      entry('b', 10, 40),
      { ...entry('d', 5, 99), state: 'admitted' as const },
    ];
    const seen = lobbyOrder(entries, START + 100_000);
    expect(seen.map(({ id, position, isAway }) => [id, position, isAway])).toEqual([
      ['a', 1, true],
      ['c', 2, true],
    ]);
    expect(lobbyOrder(entries, START + 95_000).map(({ id, isAway }) => [id, isAway])).toEqual([
      ['a', true],
      ['b', true],
      ['c', false],
    ]);
  });

  it('[MENTOR-12] whoever is back within five minutes keeps their place', () => {
    const before = entry('a', 0, 10);
    expect(waitsSince(before, before.beatAt + 5 * MIN)).toBe(before.askedAt);
    expect(waitsSince(before, before.beatAt + 5 * MIN + 1)).toBe(before.beatAt + 5 * MIN + 1);
    expect(waitsSince({ ...before, state: 'denied' }, START)).toBe(START);
    expect(waitsSince(null, START)).toBe(START);
  });
});

describe('calendar files', () => {
  const event = {
    uid: 'booking_1@latido',
    sequence: 2,
    isCancelled: false,
    startsAt: START,
    endsAt: at(60),
    changedAt: at(-60),
    title: 'Review; of, "Ana"\\\nEND:VEVENT',
    description: '',
    url: 'https://latido.example/dashboard/sessions/booking_1',
    organizer: { id: 'person_d', name: 'Dora "the\r\nATTENDEE:x' },
    attendees: [{ id: 'person_a', name: 'Alícia' }],
  };

  it('[MENTOR-13] one UID, a sequence, and a method', () => {
    const file = calendarFile(event);
    expect(file).toContain('METHOD:REQUEST\r\n');
    expect(file).toContain('UID:booking_1@latido\r\nSEQUENCE:2\r\nSTATUS:CONFIRMED\r\n');
    expect(file).toContain('DTSTART:20270322T090000Z\r\nDTEND:20270322T100000Z\r\n');
    expect(calendarFile({ ...event, isCancelled: true })).toMatch(
      /METHOD:CANCEL\r\n[\s\S]*STATUS:CANCELLED\r\n/,
    );
  });

  it('[MENTOR-13] no words of people become lines of the file, and no line is longer than 75 octets', () => {
    const file = calendarFile({ ...event, description: 'ñ'.repeat(100) });
    const lines = file.split('\r\n');
    expect(lines.filter((line) => line.startsWith('END:VEVENT'))).toEqual(['END:VEVENT']);
    expect(file).toContain(String.raw`SUMMARY:Review\; of\, "Ana"\\\nEND:VEVENT`);
    expect(lines.some((line) => line.startsWith('ATTENDEE:'))).toBe(false);
    expect(Math.max(...lines.map((line) => new TextEncoder().encode(line).length))).toBeLessThanOrEqual(75);
    expect(file.replaceAll('\r\n ', '')).toContain(`DESCRIPTION:${'ñ'.repeat(100)}\r\n`);
  });
});
