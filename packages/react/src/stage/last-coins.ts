import type { CallState } from '@latido/protocol';
import { unitPrice } from '../parts/unit-price.ts';

const WARN_MS = 120_000;

/** What the payer is told while the balance runs out: how long it lasts, then how long the call still goes on. */
export interface LastCoins {
  readonly out: boolean;
  /** Until the end of the balance, or, once it is `out`, until the end of the call; in milliseconds. */
  readonly leftMs: number;
  /** How long the call goes on after the end of the balance, in milliseconds. */
  readonly allowedMs: number;
  /** Coins that no unit has taken, what the next one costs, and whether one is a minute. */
  readonly left: number;
  readonly price: number;
  readonly perMinute: boolean;
  /** Others pay for themselves: what ends is the reader's part. */
  readonly inGroup: boolean;
}

/**
 * Reads the end of the balance from the meter; null where there is nothing to tell. A meter that rests because a
 * partner is away uses no coins, so nothing counts down; one that rests because the coins are used up has a `cutAt`.
 * Where the server's word is not to be had (`isBlind`) nothing counts either: its clock is not ours to carry on.
 */
export function lastCoins(
  call: Pick<CallState, 'meter' | 'kind'> | null,
  serverNow: number,
  isBlind = false,
): LastCoins | null {
  const meter = call?.meter;
  if (isBlind) return null;
  // Only who pays is told: `available` is theirs alone.
  if (!meter || meter.finalAt === null || meter.available === null) return null;
  if (!meter.running && meter.cutAt === null) return null;
  const finalAt = Date.parse(meter.finalAt);
  const cutAt = Date.parse(meter.cutAt ?? meter.finalAt);
  if (finalAt - serverNow > WARN_MS) return null;
  // That the balance has ended is the server's to say: until its `cutAt` is here, nothing is said to end.
  const out = meter.cutAt !== null && finalAt <= serverNow;
  const leftMs = Math.max(0, (out ? cutAt : finalAt) - serverNow);
  const { plan, available } = meter;
  // A first stretch or later prices may be others. A server of before names none: then, as parts of a coin add up until one is due, the
  // next unit takes no more than this.
  const price = meter.nextCoins ?? Math.ceil(unitPrice(plan));
  const unit = {
    left: available,
    price,
    perMinute: plan.incrementMs === 60_000,
    inGroup: call.kind === 'mentoring',
  };
  return { out, leftMs, allowedMs: cutAt - finalAt, ...unit };
}
