import { byPlace, isHeard, suits, type InLine } from './line.ts';

/** What somebody in line may be told of it. */
export interface Outlook {
  /** Place among those who could be offered the same people; 1 is next. */
  readonly position: number;
  /** How many on the other side fit them, busy or not. */
  readonly onAir: number;
}

/** People of one side with the same wish, or the same terms: whom one of them suits, all of them do. */
interface Group {
  /** One of them, for what they have in common. */
  readonly like: InLine;
  /** Those whose pages are heard, busy or not. */
  heard: number;
  /** Of these who is free, by place. */
  readonly free: InLine[];
  /** Of these whoever is kept apart from somebody. */
  readonly apart: InLine[];
}

/** How many of a group somebody could be offered, busy or not. */
interface Reach {
  readonly group: Group;
  readonly people: number;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * The line as one look found it, for whoever asks where they stand: thousands of pages do each three seconds, and none of them has to go
 * through everybody. People are counted by what they wish and ask; one by one only those who are kept apart from somebody.
 */
export class Outlooks {
  readonly #people: ReadonlyMap<string, InLine>;
  readonly #now: number;
  readonly #groups: Readonly<Record<InLine['side'], readonly Group[]>>;
  /** Who is kept apart from whom, by either. */
  readonly #apart: ReadonlyMap<string, ReadonlySet<string>>;
  /** How many on air can come to so much a minute, heard or not, the lowest first. */
  readonly #prices: readonly { readonly price: number; readonly people: number }[];

  constructor(line: readonly InLine[], now: number) {
    this.#people = new Map(line.map((person) => [person.personId, person]));
    this.#now = now;
    this.#apart = apartIn(line);
    this.#groups = groupsOf(line, { now, apart: this.#apart });
    this.#prices = pricesOf(line);
  }

  /** Whom somebody never meets, as far as they are in line. */
  blockedOf(personId: string): readonly string[] {
    return [...(this.#apart.get(personId) ?? NOBODY)];
  }

  /** What the line looks like for one who is in it, whose row may be newer than the look. */
  outlookOf(own: InLine): Outlook {
    const reach = this.#reachOf(own);
    const onAir = reach.reduce((sum, { people }) => sum + people, 0);
    return { position: this.#rivalsOf(own, reach) + 1, onAir };
  }

  /** Since when those wait who are free and whom somebody fits, the longest first, without a name, at most so many. */
  waitsFor(own: InLine, most: number): number[] {
    const others = this.#groups[otherSide(own)].filter(({ like }) => suitEachOther(own, like));
    const kept = this.#keptFrom(own);
    return others
      .flatMap(({ free }) => free.filter(({ personId }) => !kept.has(personId)).map(({ since }) => since))
      .toSorted((a, b) => a - b)
      .slice(0, most);
  }

  /** What a minute can come to with those on air who would meet somebody, and with how many. */
  pricesFor(personId: string): { price: number; people: number }[] {
    const less = new Map<number, number>();
    for (const otherId of this.#keptFrom({ personId, blocked: [] })) {
      const { side, price } = this.#people.get(otherId) ?? { side: null, price: null };
      if (side === 'earner' && price !== null) less.set(price, (less.get(price) ?? 0) + 1);
    }
    return this.#prices
      .map(({ price, people }) => ({ price, people: people - (less.get(price) ?? 0) }))
      .filter(({ people }) => people > 0);
  }

  /** Who somebody is kept from, themselves included: an older row of theirs may be among the others. */
  #keptFrom({ personId, blocked }: Pick<InLine, 'personId' | 'blocked'>): Set<string> {
    return new Set([personId, ...blocked, ...(this.#apart.get(personId) ?? NOBODY)]);
  }

  #reachOf(own: InLine): Reach[] {
    const kept = [...this.#keptFrom(own)].flatMap((id) => this.#people.get(id) ?? []);
    return this.#groups[otherSide(own)].flatMap((group) => {
      if (group.heard === 0 || !suitEachOther(own, group.like)) return [];
      const less = kept.filter((one) => isHeard(one, this.#now) && isLike(one, group.like)).length;
      return group.heard > less ? [{ group, people: group.heard - less }] : [];
    });
  }

  /** How many are in front who could be offered one of the same people; while there is none of these, who may want the same first one. */
  #rivalsOf(own: InLine, reach: readonly Reach[]): number {
    let rivals = 0;
    const before = this.#people.get(own.personId);
    for (const group of this.#groups[own.side]) {
      const { like, free } = group;
      const suiting = reach.filter((each) => suitEachOther(like, each.group.like));
      if (reach.length === 0 ? !wantTheSame(own, like) : suiting.length === 0) continue;
      rivals += countAhead(free, own);
      if (before !== undefined && isAhead(before, own) && free.includes(before)) rivals -= 1;
      if (reach.length > 0) rivals -= this.#keptFromAll(group, { own, suiting });
    }
    return rivals;
  }

  /** How many of a group, in front of somebody, are kept apart from all of those whom they would be a rival for. */
  #keptFromAll(group: Group, { own, suiting }: { own: InLine; suiting: readonly Reach[] }): number {
    const people = suiting.reduce((sum, each) => sum + each.people, 0);
    const ownKept = this.#keptFrom(own);
    return group.apart.filter((rival) => {
      if (rival.personId === own.personId || !isAhead(rival, own)) return false;
      const both = [...this.#keptFrom(rival)].filter((id) => {
        const other = this.#people.get(id);
        if (!other || ownKept.has(id) || !isHeard(other, this.#now)) return false;
        return suiting.some((each) => isLike(other, each.group.like));
      });
      return both.length >= people;
    }).length;
  }
}

const otherSide = ({ side }: InLine): InLine['side'] => (side === 'payer' ? 'earner' : 'payer');

function suitEachOther(own: InLine, other: InLine): boolean {
  return own.side === 'payer' ? suits(own, other) : suits(other, own);
}

function wantTheSame(one: InLine, other: InLine): boolean {
  return one.language === null || other.language === null || one.language === other.language;
}

const isAhead = (one: InLine, other: InLine): boolean => byPlace(one, other) < 0;

/** Whether somebody is of the group that this one is of. */
function isLike(one: InLine, { side, maxPrice, price, language }: InLine): boolean {
  if (one.side !== side || one.language !== language) return false;
  return side === 'payer' ? one.maxPrice === maxPrice : one.price === price;
}

/** How many of these, who are in the order of their places, are in front of somebody. */
function countAhead(free: readonly InLine[], own: InLine): number {
  let [from, to] = [0, free.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const one = free[middle];
    if (one !== undefined && isAhead(one, own)) from = middle + 1;
    else to = middle;
  }
  return from;
}

function apartIn(line: readonly InLine[]): Map<string, Set<string>> {
  const apart = new Map<string, Set<string>>();
  const keep = (one: string, other: string): void => {
    const kept = apart.get(one);
    if (kept === undefined) apart.set(one, new Set([other]));
    else kept.add(other);
  };
  for (const { personId, blocked } of line) {
    for (const other of blocked) {
      keep(personId, other);
      keep(other, personId);
    }
  }
  return apart;
}

function groupsOf(
  line: readonly InLine[],
  { now, apart }: { now: number; apart: ReadonlyMap<string, unknown> },
): Record<InLine['side'], Group[]> {
  const groups = { payer: new Map<string, Group>(), earner: new Map<string, Group>() };
  for (const one of line) {
    const own = groups[one.side];
    const key = `${one.side === 'payer' ? one.maxPrice : one.price} ${one.language}`;
    const group = own.get(key) ?? { like: one, heard: 0, free: [], apart: [] };
    own.set(key, group);
    if (!isHeard(one, now)) continue;
    group.heard += 1;
    if (one.isBusy) continue;
    group.free.push(one);
    if (apart.has(one.personId)) group.apart.push(one);
  }
  const sides = { payer: [...groups.payer.values()], earner: [...groups.earner.values()] };
  for (const { free } of [...sides.payer, ...sides.earner]) free.sort(byPlace);
  return sides;
}

function pricesOf(line: readonly InLine[]): { price: number; people: number }[] {
  const people = new Map<number, number>();
  for (const { side, price } of line)
    if (side === 'earner' && price !== null) people.set(price, (people.get(price) ?? 0) + 1);
  return [...people]
    .map(([price, count]) => ({ price, people: count }))
    .toSorted((a, b) => a.price - b.price);
}
