import type { CallState } from '@latido/protocol';
import { useRef } from 'react';

/** Proofs of life seen so far, by call. */
export type Beats = ReadonlyMap<string, readonly number[]>;

const KEPT = 40;

/** Of whom the row's trace tells: of the person who has been silent longest. */
export function proofOf(call: CallState): number | null {
  const proofs = call.people.flatMap((person) =>
    person.lastProofAt === null ? [] : [Date.parse(person.lastProofAt)],
  );
  return proofs.length === 0 ? null : Math.min(...proofs);
}

/** Collects each new proof that a poll brings: one beat on the trace for each, and none that did not come. */
export function useBeats(calls: readonly CallState[]): Beats {
  const kept = useRef(new Map<string, readonly number[]>());
  const next = new Map<string, readonly number[]>();
  for (const call of calls) {
    const proof = proofOf(call);
    const old = kept.current.get(call.callId) ?? [];
    next.set(call.callId, proof === null || proof <= (old.at(-1) ?? 0) ? old : [...old, proof].slice(-KEPT));
  }
  kept.current = next;
  return next;
}
