import type { CallInterval } from './coverage.ts';

/** Somebody of a call, with their stays in it. */
export interface OfCall {
  readonly personId: string;
  readonly stays: readonly CallInterval[];
}

/**
 * Whose connection it was that ended a call: the one person who was not there at its end, while the others were. Null where it was
 * nobody's alone. Who is heard again afterwards was lost all the same (CALL-27).
 */
export function lostAtEnd(people: readonly OfCall[], endedAt: number): string | null {
  const gone = people.filter(({ stays }) => !stays.some((stay) => isThere(stay, endedAt)));
  const [lost] = gone;
  return gone.length === 1 && people.length > 1 && lost !== undefined ? lost.personId : null;
}

function isThere({ joinedAt, leftAt, gaps }: CallInterval, at: number): boolean {
  if (joinedAt > at || (leftAt !== null && leftAt <= at)) return false;
  return !gaps.some(([fromAt, toAt]) => fromAt <= at && (toAt === null || at < toAt));
}
