import type { Fact } from '../presence/index.ts';
import { participantSaid } from '../presence/index.ts';

/** Words of LiveKit that somebody is in a room now, and what they are. */
const SEEN: readonly string[] = ['webhook.participant_joined', 'poll.listed'];

/** Somebody whom LiveKit has seen in a room. */
export type Seen = Fact & { readonly participantSid: string; readonly identity: string };

/**
 * Whether LiveKit says with this fact that somebody came into a room: a person, or anything else that listens and was
 * not started by whoever runs this LiveKit (CALL-19).
 */
export function isSeenInRoom(fact: Fact): fact is Seen {
  if (fact.participantSid === null || fact.identity === null) return false;
  if (!SEEN.includes(`${fact.source}.${fact.type}`)) return false;
  const { whole, isMachine } = participantSaid(fact.payload);
  return (whole || fact.source === 'webhook') && !isMachine;
}
