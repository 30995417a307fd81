import type { Span } from '../kernel/spans.ts';

/** What the detector thinks of somebody who has not left. */
export type WatchState = 'present' | 'suspected' | 'unreachable';

/** What the partner's eyes report of somebody: witness C. */
export interface Sight {
  /** Last report of packets. */
  readonly seenAt: number | null;
  /** Last report at all. */
  readonly reportedAt: number | null;
  /** Whether, by the last report, there was a track to see or hear that is not muted. */
  readonly expected: boolean;
  /** Since when there is, to eyes that have had the time to receive anything; null while there is not. */
  readonly expectedFrom?: number | null;
}

/** All that the detector knows of one participant sid. Instants are epoch ms by the receiver's clock. */
export interface Watch {
  readonly participantSid: string;
  readonly identity: string;
  readonly roomName: string;
  readonly roomSid: string;
  readonly callId: string | null;
  readonly beatEveryMs: number;
  /** Whether our SDK ever spoke for it (PRES-F13). */
  readonly beating: boolean;
  readonly state: WatchState;
  readonly suspectedAt: number | null;
  /** Last proof on any path. */
  readonly lastProofAt: number;
  /** Last beat whose Room was connected: witness A. */
  readonly lastBeatAt: number | null;
  /** Since when its beats say that the Room is not connected; null while it is. */
  readonly roomLostAt: number | null;
  /** When its socket closed; null while one is open, and while nothing is known of one. */
  readonly socketClosedAt: number | null;
  /** When its page said that it goes, or LiveKit that it went by itself. */
  readonly pageLeftAt: number | null;
  /** Whether a newer sid of the same identity has come to the room: one that LiveKit named, or that a browser alone says. */
  readonly followed: 'named' | 'said' | null;
  /** When LiveKit's word came, by the partner, that this very sid is gone: witness B. */
  readonly goneAt: number | null;
  readonly goneReason: string | null;
  readonly sight: Sight;
  /** Since when its own stack hears nothing of LiveKit though it sends; null while it does, or does not say. */
  readonly ownQuietFrom: number | null;
  /** While its media does not arrive: since when, and whether that is unpaid (PRES-F12). */
  readonly frozen: { readonly fromAt: number; readonly paused: boolean } | null;
  /** First and last of the polls without it, since it was listed last. */
  readonly absent: readonly [firstAt: number, lastAt: number] | null;
  readonly listedAt: number | null;
  /** When it was last told to leave the room. */
  readonly shutOutAt: number | null;
  /** Unpaid silences of the last while that are over, under whatever sid of its person (PRES-F27); none from before it was shut out. */
  readonly unheard: readonly Span[];
  /** The same of times in which their media was unpaid by both sides' word (PRES-F25). */
  readonly stopped: readonly Span[];
}

/**
 * When its page went: it said so, or LiveKit has, and its socket closed as well. LiveKit's word alone may be a resume that
 * failed, and the page's own may come later than both. Where its media stood LiveKit's client gave a dead line up (PRES-R57).
 */
export function pageLeftOf(
  watch: Pick<Watch, 'pageLeftAt' | 'goneAt' | 'goneReason' | 'socketClosedAt' | 'frozen'>,
): number | null {
  const { pageLeftAt, goneAt, goneReason, socketClosedAt, frozen } = watch;
  if (pageLeftAt !== null) return pageLeftAt;
  if (frozen?.paused === true) return null;
  return goneReason === 'CLIENT_INITIATED' && socketClosedAt !== null ? goneAt : null;
}

/** What an `unreachable` is called that an outage of LiveKit explains: nobody's doing. */
export const MEDIA_SERVER = 'media_server';

/** Nobody has reported anything. */
export const NO_SIGHT: Sight = { seenAt: null, reportedAt: null, expected: false, expectedFrom: null };

/** When LiveKit did not answer, or was started again. */
export interface Outage {
  readonly fromAt: number;
  /** Null while it lasts. */
  readonly toAt: number | null;
}

/** How the detector decides, and by what. `effectiveAt` is from when on it holds: the last proof. */
export interface Verdict {
  readonly participantSid: string;
  /**
   * `frozen`, `media_stopped`, `media_back`: of media, whoever they are (PRES-F12). `shut_out`: they have to leave the room, in
   * which media without a meter goes on (PRES-F19, PRES-F25).
   */
  readonly type:
    | 'suspected'
    | 'unreachable'
    | 'resumed'
    | 'left'
    | 'shut_out'
    | 'frozen'
    | 'media_stopped'
    | 'media_back';
  readonly effectiveAt: number;
  /** For `left`, an interval's LeftReason; else the rule that spoke. */
  readonly reason: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}
