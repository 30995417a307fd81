/**
 * For tests only: the order of LEDGER-4 in plain words, an oracle. What is used up is chosen in SQL (`metering.charge_due`),
 * and a test compares the two.
 */

/** Coins that came in together: bought, a bonus or a gift. */
export interface Lot {
  readonly id: string;
  /** Lower is used up first. */
  readonly priority: number;
  /** Epoch ms, or null for never. */
  readonly expiresAt: number | null;
  readonly left: bigint;
}

/** So many coins of one lot paid for a unit. */
export interface LotUse {
  readonly lotId: string;
  readonly coins: bigint;
}

/**
 * The order in which the lots of a wallet are used up for a unit that began at `unitBeganAt`: those still valid
 * then by priority, expiry and age; the expired last, since what the wallet shows must be payable.
 */
export function burnOrder(lots: readonly Lot[], unitBeganAt: number): Lot[] {
  const expired = (lot: Lot) => (lot.expiresAt !== null && lot.expiresAt <= unitBeganAt ? 1 : 0);
  return lots.toSorted(
    (a, b) =>
      expired(a) - expired(b) ||
      a.priority - b.priority ||
      (a.expiresAt ?? Infinity) - (b.expiresAt ?? Infinity) ||
      (a.id < b.id ? -1 : 1),
  );
}

/** Which lots pay `coins`; null when together they have less. */
export function burnLots(lots: readonly Lot[], coins: bigint, unitBeganAt: number): LotUse[] | null {
  const uses: LotUse[] = [];
  let missing = coins;
  for (const lot of burnOrder(lots, unitBeganAt)) {
    const taken = lot.left < missing ? lot.left : missing;
    if (taken > 0n) uses.push({ lotId: lot.id, coins: taken });
    missing -= taken;
  }
  return missing > 0n ? null : uses;
}
