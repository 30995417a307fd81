import type { CallState } from '@latido/protocol';
import { useRef } from 'react';

/** Proofs of life seen so far, by call or by person. */
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
  return useKept(calls.map((call) => [call.callId, proofOf(call)]));
}

/** The same of each person of one call. */
export function useBeatsOf(people: CallState['people']): Beats {
  return useKept(
    people.map(({ personId, lastProofAt }) => [
      personId,
      lastProofAt === null ? null : Date.parse(lastProofAt),
    ]),
  );
}

function useKept(proofs: readonly (readonly [string, number | null])[]): Beats {
  const kept = useRef(new Map<string, readonly number[]>());
  const next = new Map<string, readonly number[]>();
  for (const [key, proof] of proofs) {
    const old = kept.current.get(key) ?? [];
    next.set(key, proof === null || proof <= (old.at(-1) ?? 0) ? old : [...old, proof].slice(-KEPT));
  }
  kept.current = next;
  return next;
}
