import { byPlace, fits, isHeard, isReady, type InLine } from './line.ts';

/** What somebody in line may be told of it. */
export interface Outlook {
  /** Place among those who could be offered the same people; 1 is next. */
  readonly position: number;
  /** How many on the other side fit them, busy or not. */
  readonly onAir: number;
}

/** Since when those wait who are free and whom somebody fits, the longest first, without a name: what an earner may see of the line. */
export function waitsFor(line: readonly InLine[], own: InLine, now: number): number[] {
  return line
    .filter((other) => other.side !== own.side && isReady(other, now) && meets(own, other))
    .map(({ since }) => since)
    .toSorted((a, b) => a - b);
}

/** What the line looks like for one who is in it; null for who is not. */
export function outlookOf(line: readonly InLine[], personId: string, now: number): Outlook | null {
  const own = line.find((person) => person.personId === personId);
  if (!own) return null;
  const others = line.filter(
    (person) => person.side !== own.side && isHeard(person, now) && meets(own, person),
  );
  const before = line.filter(
    (person) =>
      person.side === own.side &&
      person !== own &&
      !person.isBusy &&
      isHeard(person, now) &&
      byPlace(person, own) < 0,
  );
  // While nobody who fits is on air, everybody ahead who may want the same first one is in front.
  const rivals = before.filter((rival) =>
    others.length === 0 ? wantTheSame(own, rival) : others.some((other) => meets(rival, other)),
  );
  return { position: rivals.length + 1, onAir: others.length };
}

function meets(own: InLine, other: InLine): boolean {
  return own.side === 'payer' ? fits(own, other) : fits(other, own);
}

function wantTheSame(one: InLine, other: InLine): boolean {
  return one.language === null || other.language === null || one.language === other.language;
}
