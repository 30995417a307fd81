import { reportPresence, type PresenceReporter } from '@latido/client';
import type { TokenAnswer } from '@latido/protocol';
import type { Room } from 'livekit-client';

/** Starts to report our presence in this room, with the ticket that came with the token. */
export function linkPresence(
  room: Room,
  answer: TokenAnswer,
  onPeerBeat: (identity: string) => void,
): PresenceReporter {
  const { url, ticket, beatEveryMs } = answer.presence;
  return reportPresence(room, { url, ticket, beatEveryMs, onPeerBeat: (beat) => onPeerBeat(beat.identity) });
}
