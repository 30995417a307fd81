import type { Span } from '../kernel/spans.ts';
import { intersectSpans, unionSpans } from '../kernel/spans.ts';
import type { Wall } from './zone.ts';
import { firstInstantFrom, lastInstantBefore, wallAt } from './zone.ts';

/** Hours of one day of the week: 1 is Monday, 7 Sunday. Times are `HH:MM`, the later one also `24:00`. */
export interface WeeklyHours {
  readonly day: number;
  readonly from: string;
  readonly to: string;
}

/** Hours of one day, `YYYY-MM-DD`, instead of the weekly ones; without a time the day is off. */
export interface DayHours {
  readonly date: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** When somebody has hours, on the wall clock of their zone. */
export interface Hours {
  /** A name of the IANA database, e.g. `Europe/Madrid`. */
  readonly timeZone: string;
  readonly weekly: readonly WeeklyHours[];
  readonly exceptions: readonly DayHours[];
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Of one question; a year and a bit. */
const DAYS_MAX = 400;

/** When somebody has hours between two instants (epoch ms): sorted, disjoint (MENTOR-1, MENTOR-2, MENTOR-3). */
export function openSpans(hours: Hours, within: Span): Span[] {
  return intersectSpans(unionSpans(...daySpans(hours, within)), [within]);
}

/** The hours of each day that two instants touch, whole, day by day. */
export function daySpans(hours: Hours, [fromAt, toAt]: Span): Span[][] {
  const { timeZone } = hours;
  const untilAt = Math.min(toAt, fromAt + DAYS_MAX * DAY_MS);
  const lastDay = startOfDay(wallAt(timeZone, untilAt));
  const days: Span[][] = [];
  for (let day = startOfDay(wallAt(timeZone, fromAt)) - DAY_MS; day <= lastDay; day += DAY_MS) {
    const spans = hoursOf(hours, day).map(({ from, to }): Span => [
      firstInstantFrom(timeZone, day + ofDay(from)),
      lastInstantBefore(timeZone, day + ofDay(to)),
    ]);
    days.push(unionSpans(spans));
  }
  return days;
}

function hoursOf({ weekly, exceptions }: Hours, day: Wall): { from: string; to: string }[] {
  const date = new Date(day).toISOString().slice(0, 10);
  const own = exceptions.filter((each) => each.date === date);
  if (own.length > 0) return own.flatMap(({ from, to }) => (from && to ? [{ from, to }] : []));
  const weekday = new Date(day).getUTCDay() || 7;
  return weekly.filter((each) => each.day === weekday).map(({ from, to }) => ({ from, to }));
}

function startOfDay(wall: Wall): Wall {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}

function ofDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return (hours * 60 + minutes) * MINUTE_MS;
}
