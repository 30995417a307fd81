import type { CallState, TokenAnswer } from '@latido/protocol';
import type { Room } from 'livekit-client';
import type { Api, Feed } from './follow.ts';
import type { FrozenMedia } from './frozen.ts';
import type { MediaProblem } from './media-problem.ts';
import type { OwnMedia } from './own-media.ts';
import type { CallProblem } from './problems.ts';
import type { CallPhase, Cut } from './screen.ts';

/** What a call is started with. */
export interface EngineOptions {
  readonly roomName: string;
  readonly participantName: string;
  readonly tokenUrl: string;
  readonly api: Api;
  readonly feed?: Feed | undefined;
  readonly rtcConfig?: RTCConfiguration | undefined;
  readonly media: MediaChoice;
  /** Camera and microphone that outlive this call. */
  readonly own?: OwnMedia | undefined;
}

/**
 * What the person chose before joining. What cannot be had (refused, unplugged, in use) does not keep them out: the call goes on
 * without it, and `mediaProblem` says what to offer.
 */
export interface MediaChoice {
  /** Whether the microphone is opened as the call is joined. */
  readonly audio: boolean;
  /** Whether the camera is. */
  readonly video: boolean;
  /** Of which device; default: the browser's choice. */
  readonly audioDeviceId?: string | undefined;
  readonly videoDeviceId?: string | undefined;
}

/**
 * Everything that a page draws of a call. Replaced, never changed in place, so that a changed reference is a changed call. For a
 * page of your own derive from it with `screenOf` instead of reading phases.
 */
export interface EngineState {
  readonly phase: CallPhase;
  /** LiveKit's room; null until it is first connected, another one after LiveKit was away. */
  readonly room: Room | null;
  /** What of ours is on, and by which devices: what a page that is loaded again, or a Room that follows this one, may open. */
  readonly media: MediaChoice;
  /** What the server let us in with. */
  readonly answer: TokenAnswer | null;
  /** The server's last word about the call; null in a free room and before the first one. */
  readonly call: CallState | null;
  /** Server's clock minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Proofs of life of the others, by identity: epoch ms by our clock, ascending, the latest 40. */
  readonly beats: ReadonlyMap<string, readonly number[]>;
  /** Whose picture and sound do not arrive though their page is alive, by identity; ours among them. Offer to end the call. */
  readonly frozen: FrozenMedia;
  /** Why the call could not be joined; offer what its `code` says. */
  readonly problem: CallProblem | null;
  /** Camera or microphone that were wanted and could not be had. */
  readonly mediaProblem: MediaProblem | null;
  /** While neither the server answers nor media arrives: when we were last heard, epoch ms by our clock. */
  readonly cutOffAt: number | null;
  /** While the server neither speaks nor answers and the call goes on without it: when it was last heard, by our clock. */
  readonly serverAwayAt: number | null;
  /** While the media server refuses to have us back though the server hears us: since when, by our clock. */
  readonly mediaAwayAt: number | null;
  /** Whether the server has counted us in since the Room was connected. */
  readonly countedIn: boolean;
  /** What kept us from the call last, until the server has counted us in again. */
  readonly cut: Cut;
  /** Whether we pressed the button: no end of ours has to be explained to us. */
  readonly hungUp: boolean;
}

/** Before anything was heard. */
export const NOTHING_YET: EngineState = {
  phase: 'connecting',
  room: null,
  media: { audio: false, video: false },
  answer: null,
  call: null,
  clockOffsetMs: 0,
  beats: new Map(),
  frozen: new Map(),
  problem: null,
  mediaProblem: null,
  cutOffAt: null,
  serverAwayAt: null,
  mediaAwayAt: null,
  countedIn: false,
  cut: null,
  hungUp: false,
};

/**
 * What a failed try to come back says: the media server is away where it refused us though the server had let us in (`asked`
 * false), or where the server says so itself. A path that is blocked is ours.
 */
export function mediaAwayBy(
  code: CallProblem['code'],
  asked: boolean,
  state: EngineState,
): Pick<EngineState, 'mediaAwayAt'> {
  if (asked ? code === 'media_server' : code !== 'media_path') return mediaAwayIn(state);
  return { mediaAwayAt: asked ? null : state.mediaAwayAt };
}

const BEATS_KEPT = 40;

/** The proofs of life with one more. */
export function withBeatAt(before: EngineState['beats'], identity: string, at: number): EngineState['beats'] {
  return new Map(before).set(identity, [...(before.get(identity) ?? []), at].slice(-BEATS_KEPT));
}

/** Since when media is away: from the first time that it was seen. */
export function mediaAwayIn({ mediaAwayAt }: EngineState): Pick<EngineState, 'mediaAwayAt'> {
  return { mediaAwayAt: mediaAwayAt ?? Date.now() };
}
