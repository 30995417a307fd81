import { fits, isReady, restsFrom, type InLine } from './line.ts';

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
 * somebody who is busy waits for them.
 */
export function whoIsShort(line: readonly InLine[], now: number): Short[] {
  const earners = line.filter(({ side }) => side === 'earner').toSorted((a, b) => holdOf(a) - holdOf(b));
  const most = earners.length === 0 ? 0 : holdOf(earners.at(-1)!);
  const payers = line.filter(
    (one) => one.side === 'payer' && one.coins !== null && one.coins < most && isReady(one, now),
  );
  return payers.flatMap((payer) => {
    const least = earners.find((earner) => fits(payer, earner));
    if (least === undefined || affords(payer, least)) return [];
    const couldMeet = earners.some(
      (earner) => isReady(earner, now) && fits(payer, earner) && !restsFrom(payer, earner, now),
    );
    return couldMeet ? [{ personId: payer.personId, needs: holdOf(least) }] : [];
  });
}

const holdOf = ({ firstHold }: InLine): number => firstHold ?? 0;
