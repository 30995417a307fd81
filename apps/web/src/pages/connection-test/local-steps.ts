import type { ConnectionStepCode } from '@latido/protocol';

/** Why a step did not pass. */
export class Failed extends Error {
  readonly code: ConnectionStepCode;

  constructor(code: ConnectionStepCode) {
    super(code);
    this.code = code;
  }
}

const DENIED: Readonly<Record<string, ConnectionStepCode>> = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  NotReadableError: 'busy',
};
const LOOK_EVERY_MS = 250;
const LISTEN_MS = 6_000;
/** Long enough to read what the browser asks. */
const OPEN_WITHIN_MS = 60_000;
const FRAME_WITHIN_MS = 10_000;
/** Below it is the noise of an open line: of full scale, about −54 dB. */
const HEARD_FROM = 0.002;

/** Waits for something, or fails with this code. */
export function within<T>(promise: Promise<T>, ms: number, code: ConnectionStepCode): Promise<T> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Failed(code)), ms));
  return Promise.race([promise, late]);
}

/** Looks again and again whether it is so; fails when it is not within the time. */
export async function holds(isSo: () => Promise<boolean>, ms: number): Promise<void> {
  const endAt = performance.now() + ms;
  while (performance.now() < endAt) {
    // A browser that does not answer is no answer.
    const isNow = within(isSo(), endAt - performance.now(), 'not_reached');
    if (await isNow.catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Failed('not_reached');
}

/** Opens one device. */
export async function openDevice(kind: 'video' | 'audio'): Promise<MediaStreamTrack> {
  // Pages without TLS have no devices at all.
  if (!('mediaDevices' in navigator)) throw new Failed('missing');
  const asked = navigator.mediaDevices.getUserMedia({ [kind]: true });
  try {
    const stream = await within(asked, OPEN_WITHIN_MS, 'unanswered');
    const [track] = stream.getTracks();
    if (track) return track;
    throw new Failed('missing');
  } catch (error) {
    // Allowed when the test is over, it goes out at once.
    void asked.then(stopAll, () => undefined);
    if (error instanceof Failed) throw error;
    throw new Failed(DENIED[(error as Error).name] ?? 'busy');
  }
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** Resolves with the first picture of a camera. */
export async function seePicture(track: MediaStreamTrack): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  const frame = new Promise<void>((resolve) => video.requestVideoFrameCallback(() => resolve()));
  void video.play().catch(() => undefined);
  await within(frame, FRAME_WITHIN_MS, 'no_picture').finally(() => (video.srcObject = null));
}

/** Listens to a microphone until it hears something; `onLevel` is told how loud, from 0 to 1. */
export async function hearSound(track: MediaStreamTrack, onLevel: (level: number) => void): Promise<void> {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let look = 0;
  const heard = new Promise<void>((resolve) => {
    look = window.setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      onLevel(Math.min(1, level * 8));
      if (level >= HEARD_FROM) resolve();
    }, 100);
  });
  await within(heard, LISTEN_MS, 'silent').finally(() => {
    clearInterval(look);
    void context.close();
  });
}
