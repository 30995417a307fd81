import {
  CONNECTION_STEPS,
  type ConnectionStep,
  type ConnectionStepCode,
  type ConnectionStepName,
} from '@latido/protocol';
import { Failed, hearSound, openDevice, seePicture } from './local-steps.ts';
import { TestRooms } from './room-steps.ts';

/** Who is told how a test goes. */
export interface Watcher {
  /** A step begins. */
  onBegin(step: ConnectionStepName): void;
  onEnd(step: ConnectionStep): void;
  onLevel(level: number): void;
}

/**
 * Tries one after the other; a step that needs one which failed is not tried. Devices and rooms are let go at the end, and at once where
 * whoever tried goes away (`signal`): then there is no result.
 */
export async function runTest(watcher: Watcher, signal: AbortSignal): Promise<ConnectionStep[] | null> {
  const rooms = new TestRooms();
  const tracks: MediaStreamTrack[] = [];
  const letGo = async (): Promise<void> => {
    for (const track of tracks) track.stop();
    await rooms.close();
  };
  const open = async (kind: 'video' | 'audio'): Promise<MediaStreamTrack> => {
    const track = await openDevice(kind);
    tracks.push(track);
    if (signal.aborted) track.stop();
    return track;
  };
  const done = new Map<ConnectionStepName, ConnectionStep>();
  const works = (step: ConnectionStepName): boolean => done.get(step)?.passed === true;
  const canSend = (): boolean => works('signalling') && tracks.length > 0;
  const tried: Record<ConnectionStepName, () => Promise<void>> = {
    camera: async () => await seePicture(await open('video')),
    microphone: async () => await hearSound(await open('audio'), (level) => watcher.onLevel(level)),
    signalling: () => rooms.signal(),
    publish: () => need(canSend(), () => rooms.publish(tracks)),
    // Where nothing could be sent it is one of these two that says why.
    udp: () => need(canSend(), () => rooms.goes('udp')),
    subscribe: () => need(works('publish'), () => rooms.subscribe(tracks.length)),
    tcp: () => need(canSend(), () => rooms.goes('tcp')),
  };
  // Whether media goes by UDP is seen of media that are sent.
  const order: readonly ConnectionStepName[] = [
    'camera',
    'microphone',
    'signalling',
    'publish',
    'udp',
    'subscribe',
    'tcp',
  ];
  signal.addEventListener('abort', () => void letGo(), { once: true });
  try {
    for (const step of order) {
      if (signal.aborted) return null;
      watcher.onBegin(step);
      const result = await timed(step, tried[step]);
      done.set(step, result);
      watcher.onEnd(result);
    }
  } finally {
    await letGo();
  }
  if (signal.aborted) return null;
  return CONNECTION_STEPS.flatMap((step) => done.get(step) ?? []);
}

async function need(isThere: boolean, run: () => Promise<void>): Promise<void> {
  if (!isThere) throw new Failed('not_tried');
  await run();
}

async function timed(step: ConnectionStepName, run: () => Promise<void>): Promise<ConnectionStep> {
  const beganAt = performance.now();
  const code = await run().then(
    () => null,
    (error: unknown): ConnectionStepCode => (error instanceof Failed ? error.code : 'not_reached'),
  );
  return { step, passed: code === null, code, ms: Math.round(performance.now() - beganAt) };
}
