/** A time on the wall, as the epoch milliseconds that it would be in UTC. */
export type Wall = number;

const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The platform's own knowledge of a zone; making one costs a hundred times as much as asking it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const had = formats.get(timeZone);
  if (had !== undefined) return had;
  const numeric = 'numeric';
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: numeric,
    month: numeric,
    day: numeric,
    hour: numeric,
    minute: numeric,
    second: numeric,
  });
  formats.set(timeZone, made);
  return made;
}

/** Whether a time zone of this name is known, e.g. `Europe/Madrid`. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

/** What the clock on the wall shows at an instant. */
export function wallAt(timeZone: string, at: number): Wall {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** The instants at which the wall shows a time: one; none in the hour that is left out; two in the one that comes twice. */
export function instantsOf(timeZone: string, wall: Wall): number[] {
  // A zone changes its clocks at most once within two days: what it was the day before and is the day after are all there is.
  const offsets = offsetsAround(timeZone, wall);
  const candidates = [...new Set(offsets.map((offset) => wall - offset))].toSorted((a, b) => a - b);
  return candidates.filter((at) => wallAt(timeZone, at) === wall);
}

/** The first instant from which on the wall shows this time or a later one. */
export function firstInstantFrom(timeZone: string, wall: Wall): number {
  const [first] = instantsOf(timeZone, wall);
  if (first !== undefined) return first;
  // Left out: the clock jumps over it. The instant of the jump lies between what both offsets make of it.
  const offsets = offsetsAround(timeZone, wall);
  let low = wall - Math.max(...offsets);
  let high = wall - Math.min(...offsets);
  while (high - low > 1_000) {
    const middle = low + Math.floor((high - low) / 2_000) * 1_000;
    if (wallAt(timeZone, middle) >= wall) high = middle;
    else low = middle;
  }
  return high;
}

/** The last instant until which the wall shows an earlier time than this one. */
export function lastInstantBefore(timeZone: string, wall: Wall): number {
  return instantsOf(timeZone, wall).at(-1) ?? firstInstantFrom(timeZone, wall);
}

function offsetsAround(timeZone: string, wall: Wall): number[] {
  return [wall - DAY_MS, wall + DAY_MS].map((at) => wallAt(timeZone, at) - at);
}
