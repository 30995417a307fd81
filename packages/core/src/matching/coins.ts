import { byTerms } from './groups.ts';
import { fits, isReady, restsFrom, suits, type InLine } from './line.ts';

/** Whether a payer can pay an earner's first unit; where it is not known what they have, or what is asked, they can. */
export function affords({ coins }: Pick<InLine, 'coins'>, { firstHold }: Pick<InLine, 'firstHold'>): boolean {
  return coins === null || firstHold === null || coins >= firstHold;
}

/** A payer who can pay nobody on air whom they fit. */
export interface Short {
  readonly personId: string;
  /** The least first unit of those. */
  readonly needs: number;
}

/**
 * Who lacks coins for everybody on air whom they fit, busy or not, while one of them could be offered to them (MATCH-85). Whoever can pay
 * somebody who is busy waits for them. Earners are asked by their terms: thousands whom nobody suits cost next to nothing.
 */
export function whoIsShort(line: readonly InLine[], now: number): Short[] {
  const earners = line.filter(({ side }) => side === 'earner');
  const groups = byTerms(earners, (earner) => earner).toSorted(([a], [b]) => holdOf(a) - holdOf(b));
  const most = holdOf(groups.at(-1)?.[0]);
  return line.flatMap((payer) => {
    if (payer.side !== 'payer' || payer.coins === null || payer.coins >= most || !isReady(payer, now))
      return [];
    const suiting = groups.filter(([like]) => like !== undefined && suits(payer, like));
    const [least] = suiting.find((group) => group.some((earner) => fits(payer, earner))) ?? [];
    if (least === undefined || affords(payer, least)) return [];
    const couldMeet = (earner: InLine): boolean =>
      isReady(earner, now) && fits(payer, earner) && !restsFrom(payer, earner, now);
    const isOfferable = suiting.some((group) => group.some(couldMeet));
    return isOfferable ? [{ personId: payer.personId, needs: holdOf(least) }] : [];
  });
}

const holdOf = (earner: InLine | undefined): number => earner?.firstHold ?? 0;
