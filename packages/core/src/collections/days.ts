/** A calendar day, `2026-01-05`. Compares as text. */
export type Day = string;

const DAY_MS = 86_400_000;

/** The day that an instant (epoch ms) is in, by the clocks of a time zone (COLL-5). */
export function dayOf(instant: number, timeZone: string): Day {
  // Swedish writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(instant);
}

/** Days of which the noon is remembered: a file of a million payments has few of them. */
const NOONS_KEPT = 4_000;
/** The first instant of all: no calendar has a year 0. */
export const FIRST_AT = Date.parse('0001-01-01T00:00:00Z');
/** The last one: a database has none of ours after the year 9999. */
export const LAST_AT = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The noon of a day by the clocks of a time zone, as an instant (epoch ms): something of that day of which no more is known counts on it
 * (COLL-34). Where the clocks are put forward or back on that day it may be an hour off.
 */
export function noonsIn(timeZone: string): (day: Day) => number {
  const clocks = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  const known = new Map<Day, number>();
  const reckon = (day: Day): number => {
    const noon = Date.parse(`${day}T12:00:00Z`);
    const shown = Date.parse(`${clocks.format(noon).replace(' ', 'T')}Z`);
    // Of the years that clocks do not write with four digits nobody has a payment; they are days all the same.
    const at = Number.isNaN(shown) ? noon : noon - (shown - noon);
    return Math.min(Math.max(at, FIRST_AT), LAST_AT);
  };
  return (day) => {
    const at = known.get(day) ?? reckon(day);
    if (known.size >= NOONS_KEPT) known.clear();
    known.set(day, at);
    return at;
  };
}

/** So many days from one to the other; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The day so many days later. */
export function addDays(day: Day, days: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
