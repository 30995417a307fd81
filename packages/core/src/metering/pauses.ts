import { reasonOfLeave } from '../calls/index.ts';
import type { OpenSpan, Span } from '../kernel/spans.ts';
import { isByMediaServer, type Interval } from '../presence/index.ts';

/** Why the meter rested. */
export type PauseReason =
  | 'closed_page'
  | 'lost_connection'
  | 'media_server'
  | 'left'
  | 'removed'
  | 'out_of_balance';

/** A stretch between two billed ones: who was away, and why; of coins that had run out nobody was. */
export interface Pause {
  readonly fromAt: number;
  readonly toAt: number;
  readonly personId: string | null;
  readonly reason: PauseReason;
}

type Witness = Pick<
  Interval,
  'personId' | 'joinedAt' | 'leftAt' | 'leftReason' | 'gaps' | 'unpaid' | 'outageAt' | 'state'
>;

/** Ends of a stay and of the time together are rounded apart by less than this. */
const SAME_MS = 1_500;

/**
 * The pauses of a meter with their reasons (METER-38): of everything of the two that broke off where the pause begins,
 * what broke off last is why nobody paid on.
 */
export function pausesOf(
  spans: readonly Span[],
  of: { readonly stays: readonly Witness[]; readonly stops: readonly OpenSpan[] },
): Pause[] {
  return spans.flatMap(([, fromAt], i): Pause[] => {
    const toAt = spans[i + 1]?.[0];
    if (toAt === undefined) return [];
    const stopped = of.stops.some(([at, until]) => at <= fromAt + SAME_MS && (until ?? Infinity) > fromAt);
    if (stopped) return [{ fromAt, toAt, personId: null, reason: 'out_of_balance' }];
    const [last] = of.stays
      .flatMap((stay) => breaksOf(stay))
      .filter(({ at }) => at <= fromAt + SAME_MS)
      .toSorted((a, b) => b.at - a.at);
    return [{ fromAt, toAt, personId: last?.personId ?? null, reason: last?.reason ?? 'lost_connection' }];
  });
}

interface Break {
  readonly at: number;
  readonly personId: string | null;
  readonly reason: PauseReason;
}

/** Where one stay breaks off: at each gap, and at its end. */
function breaksOf(stay: Witness): Break[] {
  const { personId, leftAt, leftReason, outageAt } = stay;
  // Where nothing arrives, or only the partner's eyes speak, a line is broken as well.
  const gaps = [...stay.gaps, ...stay.unpaid].map(([at]): Break => {
    return { at, personId, reason: outageAt.includes(at) ? 'media_server' : 'lost_connection' };
  });
  if (leftAt === null) return gaps;
  const byMedia = leftReason !== 'page_left' && leftReason !== 'bye' && isByMediaServer(stay);
  const reason = byMedia
    ? 'media_server'
    : leftReason === 'page_left'
      ? 'closed_page'
      : reasonOfLeave(leftReason);
  return [...gaps, { at: leftAt, personId, reason }];
}
