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

/** What the pauses of a meter are told by. */
export interface PausesOf {
  readonly stays: readonly Witness[];
  /** Stretches in which there were no coins. */
  readonly stops: readonly OpenSpan[];
  /** Null while the call goes on. */
  readonly endedAt: number | null;
}

/**
 * The pauses of a meter with their reasons (METER-38): of everything of the two that broke off where the pause begins,
 * what broke off last is why nobody paid on. What broke off for good is a pause up to the end of the call.
 */
export function pausesOf(spans: readonly Span[], of: PausesOf): Pause[] {
  const between = spans.slice(1).map(([toAt], i): Pause => {
    const fromAt = spans[i]?.[1] ?? toAt;
    return { fromAt, toAt, ...(causeAt(fromAt, of) ?? UNKNOWN) };
  });
  const lastAt = spans.at(-1)?.[1];
  if (lastAt === undefined || of.endedAt === null || of.endedAt - lastAt < SAME_MS) return between;
  // A healed break of before is not why nobody paid at the end.
  const cause = causeAt(lastAt, of, lastAt - SAME_MS);
  return cause === null ? between : [...between, { fromAt: lastAt, toAt: of.endedAt, ...cause }];
}

type Cause = Pick<Pause, 'personId' | 'reason'>;

const UNKNOWN: Cause = { personId: null, reason: 'lost_connection' };

function causeAt(fromAt: number, { stays, stops }: PausesOf, notBefore = -Infinity): Cause | null {
  if (stops.some(([at, until]) => at <= fromAt + SAME_MS && (until ?? Infinity) > fromAt))
    return { personId: null, reason: 'out_of_balance' };
  const [last] = stays
    .flatMap((stay) => breaksOf(stay))
    .filter(({ at }) => at >= notBefore && at <= fromAt + SAME_MS)
    .toSorted((a, b) => b.at - a.at);
  return last ? { personId: last.personId, reason: last.reason } : null;
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
