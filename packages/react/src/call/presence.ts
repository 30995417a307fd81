import {
  reportPresence,
  type MediaState,
  type PeerBeat,
  type PeerState,
  type PresenceReporter,
} from '@latido/client';
import type { TokenAnswer } from '@latido/protocol';
import type { Room } from 'livekit-client';

/** What of our own presence concerns the page. */
export interface PresenceEars {
  /** A sign of life of somebody else. */
  readonly onPeerBeat: (beat: PeerBeat) => void;
  /** The server's word about somebody else. */
  readonly onPeerState: (word: PeerState) => void;
  /** Whether somebody's picture and sound arrive. */
  readonly onMediaState: (word: MediaState) => void;
  /** Whether the line to the server is open. */
  readonly onStatus: (open: boolean) => void;
  /** The server answers no more, or again. */
  readonly onQuiet: (quiet: boolean) => void;
}

/**
 * Starts to report our presence in this room, with the ticket that came with the token. When the page goes it says so, and
 * then leaves the room, in this order.
 */
export function linkPresence(room: Room, answer: TokenAnswer, ears: PresenceEars): PresenceReporter {
  const { url, ticket, beatEveryMs } = answer.presence;
  const reporter = reportPresence(room, { url, ticket, beatEveryMs, ...ears });
  const leave = (): void => void room.disconnect();
  addEventListener('pagehide', leave);
  return {
    ...reporter,
    close: () => {
      removeEventListener('pagehide', leave);
      reporter.close();
    },
  };
}
