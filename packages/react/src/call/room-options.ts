import type { TokenAnswer } from '@latido/protocol';
import {
  LogLevel,
  setLogLevel,
  Track,
  type ReconnectPolicy,
  type RoomConnectOptions,
  type RoomOptions,
} from 'livekit-client';
import type { MediaChoice } from './engine-state.ts';
import type { MediaDevice } from './media-problem.ts';

// A healthy page says nothing in its console; livekit-client tells each step of a connection there.
setLogLevel(LogLevel.warn);

const LOOPBACK = /^wss?:\/\/(127\.|localhost[:/]|localhost$|\[::1\])/;

/** livekit-client's own waits grow to seven seconds; a media server that is started again is back in two. */
const SOON_MS = 400;
const LATER_MS = 2_000;
const SOON_FOR_MS = 20_000;
const GIVE_UP_AFTER_MS = 180_000;

/** How long to wait before a Room tries again; null where our own way back, with a fresh token, takes over. */
export function nextTryInMs(retryCount: number, elapsedMs: number, chance: number): number | null {
  if (elapsedMs > GIVE_UP_AFTER_MS) return null;
  if (retryCount === 0) return chance * 150;
  return (elapsedMs < SOON_FOR_MS ? SOON_MS : LATER_MS) * (0.75 + chance / 2);
}

/** A try that fails this soon was refused: media that is blocked on our side takes far longer to be given up. */
const REFUSED_WITHIN_MS = 4_000;

/** Whether failed tries mean that the media server itself is away: refused at once, on a line that works. */
export function isRefused(retryCount: number, elapsedMs: number): boolean {
  return retryCount > 0 && elapsedMs / retryCount < REFUSED_WITHIN_MS;
}

/**
 * How a Room is made. `onRefused` is told when the media server refuses to have us back at once, and says whether somebody
 * else comes back for this Room. `stopsTracks` false leaves camera and microphone running as the Room is left.
 */
export function roomOptions(media: MediaChoice, onRefused: () => boolean, stopsTracks = true): RoomOptions {
  const reconnectPolicy: ReconnectPolicy = {
    nextRetryDelayInMs: ({ retryCount, elapsedMs }) => {
      if (isRefused(retryCount, elapsedMs) && onRefused()) return null;
      return nextTryInMs(retryCount, elapsedMs, Math.random());
    },
  };
  return {
    adaptiveStream: true,
    dynacast: true,
    // It leaves as soon as the browser asks whether the page may be closed, whatever the answer: we leave with the page.
    disconnectOnPageLeave: false,
    // What outlives the call is stopped by its owner, whoever ends the call.
    stopLocalTrackOnUnpublish: stopsTracks,
    reconnectPolicy,
    ...(media.audioDeviceId ? { audioCaptureDefaults: { deviceId: media.audioDeviceId } } : {}),
    ...(media.videoDeviceId ? { videoCaptureDefaults: { deviceId: media.videoDeviceId } } : {}),
  };
}

/** How a Room is connected. */
export function connectOptions(
  answer: TokenAnswer,
  rtcConfig: RTCConfiguration | undefined,
): RoomConnectOptions {
  // On loopback there is nothing to traverse, and public STUN servers must not be asked.
  const config = rtcConfig ?? (LOOPBACK.test(answer.wsUrl) ? { iceServers: [] } : undefined);
  return config === undefined ? {} : { rtcConfig: config };
}

/** Camera or microphone; null for a shared screen and what is not known. */
export function deviceOf(what: MediaDeviceKind | Track.Source | undefined): MediaDevice | null {
  if (what === 'videoinput' || what === Track.Source.Camera) return 'camera';
  return what === 'audioinput' || what === Track.Source.Microphone ? 'microphone' : null;
}
