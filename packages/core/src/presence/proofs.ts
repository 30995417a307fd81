import type { Span } from '../kernel/spans.ts';

/*
 * Proofs of life are closed stretches: a single beat is [t, t], and its one instant counts. (Kernel spans are
 * half open, where an instant is nothing.) Their union is a set union, so that order and repetition of proofs
 * cannot matter.
 */

/** Adds one stretch of proof; the answer is sorted and disjoint. */
export function addProof(proofs: readonly Span[], proof: Span): Span[] {
  const before: Span[] = [];
  const after: Span[] = [];
  let [fromAt, toAt] = proof;
  for (const span of proofs) {
    if (span[1] < fromAt) before.push(span);
    else if (span[0] > toAt) after.push(span);
    else {
      fromAt = Math.min(fromAt, span[0]);
      toAt = Math.max(toAt, span[1]);
    }
  }
  return [...before, [fromAt, toAt], ...after];
}

/** The last instant that is proved at or before `at`; null if there is none. */
export function lastProofUntil(proofs: readonly Span[], at: number): number | null {
  const span = proofs.findLast(([fromAt]) => fromAt <= at);
  return span === undefined ? null : Math.min(span[1], at);
}

/** The first instant after `at` that is proved; `at` itself if proof runs on from it; null if there is none. */
export function nextProofAfter(proofs: readonly Span[], at: number): number | null {
  const span = proofs.find(([, toAt]) => toAt > at);
  return span === undefined ? null : Math.max(span[0], at);
}

/** The last instant that is proved at all. */
export function lastProof(proofs: readonly Span[]): number | null {
  return proofs.at(-1)?.[1] ?? null;
}
