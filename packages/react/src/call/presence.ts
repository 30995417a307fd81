import { reportPresence, type PresenceReporter } from '@latido/client';
import type { TokenAnswer } from '@latido/protocol';
import type { Room } from 'livekit-client';

/** What of our own presence concerns the page. */
export interface PresenceEars {
  /** A sign of life of somebody else. */
  readonly onPeerBeat: (identity: string) => void;
  /** The server answers no more, or again. */
  readonly onQuiet: (quiet: boolean) => void;
}

/** Starts to report our presence in this room, with the ticket that came with the token. */
export function linkPresence(room: Room, answer: TokenAnswer, ears: PresenceEars): PresenceReporter {
  const { url, ticket, beatEveryMs } = answer.presence;
  return reportPresence(room, {
    url,
    ticket,
    beatEveryMs,
    onPeerBeat: (beat) => ears.onPeerBeat(beat.identity),
    onQuiet: ears.onQuiet,
  });
}
