/** A figure, and whether it is as wanted. */
export interface Judged {
  readonly what: string;
  readonly found: string;
  readonly isReached: boolean;
}

/** What the parts of the bench need: the server's program, and where its data may lie. */
export interface Place {
  readonly program: string;
  readonly folder: string;
}

/** The value below which this share of all lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
