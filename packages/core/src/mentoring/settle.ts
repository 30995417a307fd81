import { NO_SHOW_AFTER_MS } from './states.ts';

/** What an offering says of cancelling. */
export interface Cancellation {
  /** So long before the start, all is given back. */
  readonly freeUntilHours: number;
  /** What is given back later. */
  readonly thenBack: 'half' | 'none';
}

/** What became of one seat. Instants are epoch ms. */
export type SeatOutcome =
  | { readonly kind: 'met' }
  | { readonly kind: 'cancelled'; readonly by: 'mentor' | 'mentee'; readonly at: number }
  | { readonly kind: 'mentor_absent' }
  | { readonly kind: 'mentee_absent'; readonly mentorUntil: number };

/** What of a fixed price is charged (MENTOR-8, MENTOR-9); the rest of what was held is given back. */
export function coinsCharged(
  seat: { readonly coins: bigint; readonly startsAt: number; readonly cancellation: Cancellation },
  outcome: SeatOutcome,
): bigint {
  switch (outcome.kind) {
    case 'met':
      return seat.coins;
    case 'mentor_absent':
      return 0n;
    case 'mentee_absent':
      return outcome.mentorUntil >= seat.startsAt + NO_SHOW_AFTER_MS ? keptLate(seat) : 0n;
    case 'cancelled':
      if (outcome.by === 'mentor' || isInTime(seat, outcome.at)) return 0n;
      return keptLate(seat);
    default:
      return outcome satisfies never;
  }
}

/** Whether a mentee who cancels now gets all back. */
export function isInTime(
  { startsAt, cancellation }: { readonly startsAt: number; readonly cancellation: Cancellation },
  at: number,
): boolean {
  return at <= startsAt - cancellation.freeUntilHours * 3_600_000;
}

function keptLate({ coins, cancellation }: { coins: bigint; cancellation: Cancellation }): bigint {
  return cancellation.thenBack === 'half' ? coins / 2n : coins;
}
