import type { Fact } from '@latido/core';
import type { Stage } from '../platform/index.ts';
import { callsOfFacts, callsTouched } from '../presence/index.ts';
import { replan } from './replan.ts';

export interface MeteringStageOptions {
  /** Called after each batch with the calls whose meters were laid anew: units may have become due. */
  readonly laid: (callIds: readonly string[]) => void;
}

/** Lays the meters of every call that the facts touch anew. Follows the calls, since their end is what settles. */
export function meteringStage({ laid }: MeteringStageOptions): Stage<Fact> {
  let callIds: readonly string[] = [];
  return {
    name: 'metering',
    after: 'calls',
    async apply(tx, facts) {
      callIds = [];
      const touched = callsTouched(facts, await callsOfFacts(tx, facts));
      if (touched.length > 0) callIds = await replan(tx, { callIds: touched });
    },
    committed() {
      if (callIds.length > 0) laid(callIds);
    },
  };
}
