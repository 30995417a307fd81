import type { CallState, TokenAnswer } from '@latido/protocol';
import type { Room } from 'livekit-client';
import type { Api, Feed } from './follow.ts';
import type { MediaProblem } from './media-problem.ts';
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
}

/** What the person chose before joining. */
export interface MediaChoice {
  readonly audio: boolean;
  readonly video: boolean;
  readonly audioDeviceId?: string | undefined;
  readonly videoDeviceId?: string | undefined;
}

/** Everything that a page draws of a call. Replaced, never changed in place. */
export interface EngineState {
  readonly phase: CallPhase;
  readonly room: Room | null;
  readonly answer: TokenAnswer | null;
  readonly call: CallState | null;
  /** Server's clock minus ours, in milliseconds. */
  readonly clockOffsetMs: number;
  /** Proofs of life of the others, by identity: epoch ms by our clock, ascending, the latest 40. */
  readonly beats: ReadonlyMap<string, readonly number[]>;
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
  readonly hungUp: boolean;
}

/** Before anything was heard. */
export const NOTHING_YET: EngineState = {
  phase: 'connecting',
  room: null,
  answer: null,
  call: null,
  clockOffsetMs: 0,
  beats: new Map(),
  problem: null,
  mediaProblem: null,
  cutOffAt: null,
  serverAwayAt: null,
  mediaAwayAt: null,
  countedIn: false,
  cut: null,
  hungUp: false,
};

/** Since when media is away: from the first time that it was seen. */
export function mediaAwayIn({ mediaAwayAt }: EngineState): Pick<EngineState, 'mediaAwayAt'> {
  return { mediaAwayAt: mediaAwayAt ?? Date.now() };
}
