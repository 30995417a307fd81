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

/** Tries one after the other; a step that needs one which failed is not tried. Devices and rooms are let go at the end. */
export async function runTest(watcher: Watcher): Promise<ConnectionStep[]> {
  const rooms = new TestRooms();
  const tracks: MediaStreamTrack[] = [];
  const done = new Map<ConnectionStepName, ConnectionStep>();
  const works = (step: ConnectionStepName): boolean => done.get(step)?.passed === true;
  const tried: Record<ConnectionStepName, () => Promise<void>> = {
    camera: async () => {
      const track = await openDevice('video');
      tracks.push(track);
      await seePicture(track);
    },
    microphone: async () => {
      const track = await openDevice('audio');
      tracks.push(track);
      await hearSound(track, (level) => watcher.onLevel(level));
    },
    signalling: () => rooms.signal(),
    publish: () => need(works('signalling') && tracks.length > 0, () => rooms.publish(tracks)),
    udp: () => need(works('publish'), () => rooms.goes('udp')),
    subscribe: () => need(works('publish'), () => rooms.subscribe(tracks.length)),
    tcp: () => need(works('publish'), () => rooms.goes('tcp')),
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
  try {
    for (const step of order) {
      watcher.onBegin(step);
      const result = await timed(step, tried[step]);
      done.set(step, result);
      watcher.onEnd(result);
    }
  } finally {
    for (const track of tracks) track.stop();
    await rooms.close();
  }
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
