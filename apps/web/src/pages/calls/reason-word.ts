import type { CallState } from '../../app/api.ts';
import { isCalled } from '../../app/invitations.ts';

/** Ends of a call in which nobody met. */
const UNMET: readonly string[] = ['hung_up', 'no_answer', 'expired', 'left'];

/**
 * Hanging up before both were there is declining or giving up: nobody was hung up on. Who called reads of an answer, who was
 * called of a call.
 */
export function reasonWordOf(
  { endReason, endedBy, startedAt, people, called }: CallState,
  personId: string | undefined,
): string {
  if (startedAt !== null || endReason === null) return endReason ?? 'ended';
  if (!UNMET.includes(endReason)) return endReason;
  const mine = people.find((person) => person.personId === personId);
  if (!mine || personId === undefined) return endReason === 'hung_up' ? 'not_met' : endReason;
  if (isCalled({ called, people }, { personId })) return endedBy === personId ? 'declined' : 'missed';
  if (endedBy === personId) return 'cancelled';
  return endReason === 'hung_up' && endedBy !== 'system' ? 'declined' : 'no_answer';
}
