import type { MatchOffer } from '@latido/protocol';

const MINUTE_MS = 60_000;

/** Whole minutes that coins are enough for by all that an offer asks: its fee, its first stretch, its later prices. */
export function minutesBy(
  coins: number,
  { price, connectFee = 0, first, later = [] }: Pick<MatchOffer, 'price' | 'connectFee' | 'first' | 'later'>,
): number {
  let left = coins - connectFee - (first?.coins ?? 0);
  let ms = first?.forMs ?? 0;
  if (left < 0) return 0;
  const steps = [{ fromMs: ms, price }, ...later];
  for (const [n, step] of steps.entries()) {
    const coinsAMinute = Math.max(1, step.price);
    const untilMs = steps[n + 1]?.fromMs ?? Infinity;
    const spanMs = Math.min(Math.max(0, untilMs - ms), (left / coinsAMinute) * MINUTE_MS);
    ms += spanMs;
    left -= (spanMs / MINUTE_MS) * coinsAMinute;
  }
  return Math.floor(ms / MINUTE_MS);
}
