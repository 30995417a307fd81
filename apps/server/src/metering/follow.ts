import type { Fact } from '@latido/core';
import type { Stage } from '../platform/index.ts';
import { callOrSubjectOf, callsOfFacts, callsTouched } from '../presence/index.ts';
import { METERING, replan } from './replan.ts';

export interface MeteringStageOptions {
  /** Whether what comes to light after the settlement is charged (METER-60). */
  readonly chargesLate: boolean;
  /** Called after each batch with the calls whose meters were laid anew: units may have become due. */
  readonly laid: (callIds: readonly string[]) => void;
}

/** Lays the meters of every call that the facts touch anew. Follows the calls, since their end is what settles. */
export function meteringStage({ chargesLate, laid }: MeteringStageOptions): Stage<Fact> {
  return {
    name: METERING,
    after: 'calls',
    keyOf: callOrSubjectOf,
    async apply(tx, facts) {
      const touched = callsTouched(facts, await callsOfFacts(tx, facts));
      const callIds = touched.length === 0 ? [] : await replan(tx, { callIds: touched }, { chargesLate });
      return callIds.length === 0 ? undefined : () => laid(callIds);
    },
  };
}
