import { noticesFor } from '@latido/core';
import type { Clock, Hints, Stage, Tx } from '../platform/index.ts';
import { hintRecipients, notifyAll } from '../inbox/index.ts';
import { callOrSubjectOf } from '../presence/index.ts';
import type { TouchingFact } from './situation.ts';
import { situationsOf, touchedCalls } from './situation.ts';

/**
 * Follows the log behind the calls: reckons what the people of each touched call have to be told, and puts what is new
 * into their inboxes. A second run over the same facts tells nothing, because the keys are the same.
 */
export function notificationsStage({
  hints,
  clock,
  after = 'calls',
}: {
  hints: Pick<Hints, 'publish'>;
  clock: Pick<Clock, 'now'>;
  after?: string;
}): Stage<TouchingFact> {
  return {
    name: 'notifications',
    after,
    keyOf: callOrSubjectOf,
    async apply(tx, facts) {
      const callIds = await touchedCalls(tx, facts);
      const told = await tellAboutCalls({ clock }, tx, callIds);
      return () => hintRecipients(hints, told);
    },
  };
}

/** Tells the people of some calls what they do not know yet. Returns who was told something. */
async function tellAboutCalls(
  { clock }: { clock: Pick<Clock, 'now'> },
  tx: Tx,
  callIds: readonly string[],
): Promise<string[]> {
  const situations = await situationsOf(tx, callIds);
  const notices = situations.flatMap(({ call, people, intervals }) => noticesFor(call, people, intervals));
  return await notifyAll(tx, notices, clock);
}
