import type { CallState } from '../../app/api.ts';

/**
 * Hanging up before both were there is declining or giving up: nobody was hung up on. Who called reads of an answer, who was
 * called of a call.
 */
export function reasonWordOf(
  { endReason, endedBy, startedAt, people }: CallState,
  personId: string | undefined,
): string {
  if (startedAt !== null || endReason === null) return endReason ?? 'ended';
  const role = people.find((person) => person.personId === personId)?.role;
  if (endReason !== 'hung_up' && endReason !== 'expired' && endReason !== 'left') return endReason;
  if (role === 'payer') {
    if (endedBy === personId) return 'cancelled';
    return endReason === 'hung_up' && endedBy !== 'system' ? 'declined' : 'no_answer';
  }
  if (role === 'earner') return endedBy === personId ? 'declined' : 'missed';
  return endReason === 'hung_up' ? 'not_met' : endReason;
}
