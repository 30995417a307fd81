import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalMs } from '../kernel/spans.ts';
import { faultOfStart, isTimeZone, openSpans, slotsOf, type SlotRules } from './index.ts';
import { instantsOf, wallAt } from './zone.ts';

const MADRID = 'Europe/Madrid';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const utc = (text: string) => Date.parse(`${text}Z`);

function rules(more: Partial<SlotRules> = {}): SlotRules {
  const always = {
    timeZone: MADRID,
    weekly: [],
    exceptions: [],
    noticeMs: 0,
    horizonMs: 400 * DAY,
    bufferMs: 0,
  };
  return { ...always, ...more };
}

/** Slots of one day's morning, as hours of UTC. */
function starts(
  of: SlotRules,
  date: string,
  more: { lengthMs?: number; busy?: [number, number][]; now?: number } = {},
) {
  const at = utc(`${date}T00:00:00`);
  const { lengthMs = HOUR, busy = [], now = at - 7 * DAY } = more;
  return slotsOf({ rules: of, lengthMs, busy, within: [at - 6 * HOUR, at + DAY], now }).map(([startsAt]) =>
    new Date(startsAt).toISOString().slice(0, 16),
  );
}

describe('hours and slots', () => {
  const mondays = [{ day: 1, from: '09:00', to: '11:00' }];

  it.each([
    ['2027-03-22', ['2027-03-22T08:00', '2027-03-22T09:00']],
    ['2027-03-29', ['2027-03-29T07:00', '2027-03-29T08:00']],
    ['2027-10-25', ['2027-10-25T07:00', '2027-10-25T08:00']],
    ['2027-11-01', ['2027-11-01T08:00', '2027-11-01T09:00']],
  ])('[MENTOR-1] nine o’clock in Madrid on %s', (date, expected) => {
    expect(starts(rules({ weekly: mondays }), date)).toEqual(expected);
  });

  const nights = [{ day: 7, from: '01:00', to: '04:00' }];
  it.each([
    ['2027-03-21', ['2027-03-21T00:00', '2027-03-21T01:00', '2027-03-21T02:00']],
    ['2027-03-28', ['2027-03-28T00:00', '2027-03-28T01:00']],
    ['2027-10-31', ['2027-10-30T23:00', '2027-10-31T00:00', '2027-10-31T01:00', '2027-10-31T02:00']],
  ])('[MENTOR-2] the small hours of %s', (date, expected) => {
    expect(starts(rules({ weekly: nights }), date)).toEqual(expected);
  });

  it('[MENTOR-2] hours that begin or end in the hour that is left out are shortened', () => {
    const night = (from: string, to: string) =>
      openSpans(rules({ weekly: [{ day: 7, from, to }] }), [
        utc('2027-03-28T00:00:00'),
        utc('2027-03-28T12:00:00'),
      ]);
    expect(night('02:30', '04:00')).toEqual([[utc('2027-03-28T01:00:00'), utc('2027-03-28T02:00:00')]]);
    expect(night('01:00', '02:30')).toEqual([[utc('2027-03-28T00:00:00'), utc('2027-03-28T01:00:00')]]);
    expect(night('02:10', '02:50')).toEqual([]);
  });

  it('[MENTOR-1] every time on the wall of any zone is the instant that shows it, but what is left out', () => {
    const zones = [
      MADRID,
      'America/Bogota',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/St_Johns',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 27_000_000, max: 33_000_000 }),
        (zone, minutes) => {
          const at = minutes * 60_000;
          expect(instantsOf(zone, wallAt(zone, at))).toContain(at);
        },
      ),
      { numRuns: 300 },
    );
    expect(isTimeZone('Europe/Nowhere')).toBe(false);
    expect(isTimeZone(MADRID)).toBe(true);
  });

  it('[MENTOR-3] an exception replaces its day', () => {
    const exceptions = [{ date: '2027-03-22' }, { date: '2027-03-29', from: '15:00', to: '16:00' }];
    const of = rules({ weekly: mondays, exceptions });
    expect(starts(of, '2027-03-22')).toEqual([]);
    expect(starts(of, '2027-03-29')).toEqual(['2027-03-29T13:00']);
    const wednesday = rules({ exceptions: [{ date: '2027-03-24', from: '23:00', to: '24:00' }] });
    expect(starts(wednesday, '2027-03-24')).toEqual(['2027-03-24T22:00']);
  });

  const day = rules({ timeZone: 'UTC', weekly: [{ day: 1, from: '09:00', to: '13:00' }] });
  const at = (hour: number) => utc('2027-03-22T00:00:00') + hour * HOUR;
  it.each<[string, SlotRules, object, number[]]>([
    ['all that is open', day, {}, [9, 10, 11, 12]],
    ['without what is taken', day, { busy: [[at(10), at(11)]] }, [9, 11, 12]],
    ['with a buffer after each', { ...day, bufferMs: HOUR / 2 }, { busy: [[at(12), at(13)]] }, [9, 10.5]],
    ['not in the past, nor begun', day, { now: at(10.5) }, [11, 12]],
    ['not sooner than the notice', { ...day, noticeMs: 2 * HOUR }, { now: at(9) }, [11, 12]],
    ['not later than the horizon', { ...day, horizonMs: 2 * HOUR }, { now: at(8) }, [9]],
    ['only whole ones', day, { lengthMs: 1.5 * HOUR }, [9, 10.5]],
  ])('[MENTOR-4] %s', (_title, of, more, hours) => {
    const expected = hours.map((hour) => new Date(at(hour)).toISOString().slice(0, 16));
    expect(starts(of, '2027-03-22', more)).toEqual(expected);
  });

  it.each<[string, number, object, string | null]>([
    ['on a slot', 10, {}, null],
    ['between two slots, too', 10.25, {}, null],
    ['now', 9, { now: at(9) }, 'in_past'],
    ['in the past, though taken', 9, { now: at(10), busy: [[at(9), at(10)]] }, 'in_past'],
    ['over another', 10, { busy: [[at(10.75), at(11.5)]] }, 'taken'],
    ['out of hours', 12.5, {}, 'not_offered'],
    ['too soon', 10, { now: at(9.5), rules: { ...day, noticeMs: HOUR } }, 'not_offered'],
  ])('[MENTOR-5] %s', (_title, hour, more, fault) => {
    const asked = { rules: day, lengthMs: HOUR, busy: [], now: at(0), startsAt: at(hour), ...more };
    expect(faultOfStart(asked)).toBe(fault);
  });

  it('[MENTOR-4] slots stay where they are while time passes, also where somebody has hours day and night', () => {
    const weekly = [1, 2, 3, 4, 5, 6, 7].map((each) => ({ day: each, from: '00:00', to: '24:00' }));
    const of = rules({ timeZone: 'UTC', weekly });
    const asked = { rules: of, lengthMs: 45 * 60_000, busy: [], within: [at(20), at(30)] as const };
    const before = slotsOf({ ...asked, now: at(-60) + 17 * 60_000 });
    expect(slotsOf({ ...asked, now: at(3) + 7 * 60_000 })).toEqual(before);
    // Each day begins anew, and the last one of the evening goes on over midnight.
    expect(before).toContainEqual([at(23.25), at(24)]);
    expect(before).toContainEqual([at(24), at(24.75)]);
  });

  it('[MENTOR-4] a slot is always within the hours, free, and bookable as such', () => {
    const weekly = [
      { day: 6, from: '20:00', to: '24:00' },
      { day: 7, from: '00:00', to: '05:30' },
    ];
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 1, max: 60 }), (days, fives) => {
        const now = utc('2027-01-01T00:00:00') + days * DAY;
        const asked = { rules: rules({ weekly }), lengthMs: fives * 300_000, busy: [], now };
        for (const [startsAt, endsAt] of slotsOf({ ...asked, within: [now, now + 14 * DAY] })) {
          expect(totalMs(openSpans(asked.rules, [startsAt, endsAt]))).toBe(asked.lengthMs);
          expect(faultOfStart({ ...asked, startsAt })).toBe(null);
        }
      }),
      { numRuns: 30 },
    );
  });
});
