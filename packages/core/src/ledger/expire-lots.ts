/** What is left of a lot whose day has come. */
export interface LeftOver {
  readonly lotNo: bigint;
  readonly left: bigint;
}

/**
 * How much of each expires now (LEDGER-14): all that is left, the earliest first, but as much as is held for a unit that had begun or for
 * a session that was booked: that was set aside while it was good.
 */
export function expireLots(lots: readonly LeftOver[], held: bigint): LeftOver[] {
  const all = lots.reduce((sum, { left }) => sum + left, 0n);
  let toGo = all > held ? all - held : 0n;
  return lots.flatMap(({ lotNo, left }) => {
    const part = left < toGo ? left : toGo;
    toGo -= part;
    return part > 0n ? [{ lotNo, left: part }] : [];
  });
}
