import { affords } from './coins.ts';
import { byTerms } from './groups.ts';
import { byPlace, fits, isReady, restsFrom, suits, type InLine } from './line.ts';

/** Two to be offered to each other. */
export interface Pair {
  readonly payerId: string;
  readonly earnerId: string;
}

/** An earner who is free, and their place among all who are. */
interface Free {
  readonly earner: InLine;
  readonly place: number;
}

/** Earners who are free at one price, with one first hold, in one language: whom the one suits, all of them do. By place. */
type Group = Free[];

/**
 * Who meets whom now: the payer who has waited longest first, and for them the earner who has been idle longest of those
 * who fit. Nobody who is left over fits anybody who is.
 *
 * Nobody is paired with whom they cannot pay (MATCH-85). Earners are asked by price and language, and of payers with the same wish, who can
 * pay the same ones, none after the first for whom nobody is left: thousands who fit nobody cost next to nothing.
 */
export function pairUp(line: readonly InLine[], now: number): Pair[] {
  const ready = line.filter((person) => isReady(person, now)).toSorted(byPlace);
  const free = ready.flatMap((earner, place): Free[] =>
    earner.side === 'earner' ? [{ earner, place }] : [],
  );
  const groups: Group[] = byTerms(free, ({ earner }) => earner);
  const holds = [...new Set(free.flatMap(({ earner: { firstHold } }) => firstHold ?? []))];
  const most = Math.max(0, ...holds);
  const inVain = new Set<string>();
  const pairs: Pair[] = [];
  for (const payer of ready) {
    if (payer.side !== 'payer') continue;
    // Most can pay them all.
    const canPay = affords(payer, { firstHold: most })
      ? holds.length
      : holds.filter((firstHold) => affords(payer, { firstHold })).length;
    const wish = `${payer.maxPrice} ${payer.language} ${canPay}`;
    if (inVain.has(wish)) continue;
    const suiting = groups.filter(
      ([first]) => first !== undefined && suits(payer, first.earner) && affords(payer, first.earner),
    );
    if (suiting.length === 0) inVain.add(wish);
    const chosen = choose(payer, suiting, now);
    if (chosen === null) continue;
    chosen.group.splice(chosen.at, 1);
    pairs.push({ payerId: payer.personId, earnerId: chosen.free.earner.personId });
  }
  return pairs;
}

interface Choice {
  readonly free: Free;
  readonly group: Group;
  readonly at: number;
}

/**
 * The first who fits and is somebody new; else whom the payer has met before the last call, who has had nobody since; else the payer's
 * last partner, once both have been free for long enough. With two earners Next leads from one to the other, and back.
 */
function choose(payer: InLine, suiting: readonly Group[], now: number): Choice | null {
  let somebodyNew: Choice | null = null;
  let before: Choice | null = null;
  let again: Choice | null = null;
  for (const group of suiting) {
    for (const [at, free] of group.entries()) {
      const { earner } = free;
      if (!fits(payer, earner)) continue;
      const choice = { free, group, at };
      if (payer.lastPartnerId === earner.personId) {
        if (!restsFrom(payer, earner, now)) again = firstOf(again, choice);
      } else if (earner.lastPartnerId === payer.personId) before = firstOf(before, choice);
      else {
        somebodyNew = firstOf(somebodyNew, choice);
        break;
      }
    }
  }
  return somebodyNew ?? before ?? again;
}

function firstOf(one: Choice | null, other: Choice): Choice {
  return one !== null && one.free.place < other.free.place ? one : other;
}
