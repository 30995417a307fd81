import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  LocalVideoTrack,
  Room,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
} from '@livekit/rtc-node';

/** A flash and a beep begin together, every so often. */
const FLASH_EVERY_MS = 2_000;
const FLASH_MS = 240;
const SAMPLES_A_SECOND = 48_000;
const SOUND_MS = 10;
const PICTURE_MS = 40;
const SIZE = { width: 320, height: 180 };
const LIGHT = { dark: 60, bright: 235 };
const TONE = { hertz: 1_000, loud: 20_000, soft: 150 };

/** Somebody in a room without a browser: a camera and a microphone. */
export interface Sitting {
  /** How often they have flashed and beeped. */
  flashes(): number;
  leave(): Promise<void>;
}

/**
 * Comes into a room and sends a picture and a sound. Who flashes does so in the same turn of the same loop in which the beep
 * begins: whatever holds up this process holds up both.
 */
export async function sitIn(
  { wsUrl, token }: { wsUrl: string; token: string },
  { flashes }: { flashes: boolean },
): Promise<Sitting> {
  const room = new Room();
  await room.connect(wsUrl, token, { autoSubscribe: false, dynacast: false });
  const camera = new VideoSource(SIZE.width, SIZE.height);
  // Without a queue: what is handed over is sent at once, as the picture is.
  const microphone = new AudioSource(SAMPLES_A_SECOND, 1, 0);
  // A rate that leaves no picture out: a flash that is left out is late.
  const videoEncoding = { maxBitrate: 1_000_000n, maxFramerate: 30 };
  const as = (source: TrackSource) =>
    new TrackPublishOptions({ source, dtx: false, simulcast: false, videoEncoding });
  const me = room.localParticipant;
  await me?.publishTrack(
    LocalAudioTrack.createAudioTrack('microphone', microphone),
    as(TrackSource.SOURCE_MICROPHONE),
  );
  await me?.publishTrack(LocalVideoTrack.createVideoTrack('camera', camera), as(TrackSource.SOURCE_CAMERA));
  const sending = send({ camera, microphone, flashes });
  return {
    flashes: sending.flashes,
    async leave() {
      sending.stop();
      await room.disconnect();
      await camera.close();
      await microphone.close();
    },
  };
}

/** Sends what is due, again and again, until it is stopped. */
function send(of: { camera: VideoSource; microphone: AudioSource; flashes: boolean }): {
  flashes: () => number;
  stop: () => void;
} {
  const beganAt = performance.now();
  let sounds = 0;
  let pictures = 0;
  const timer = setInterval(() => {
    const now = performance.now() - beganAt;
    // No sound is left out, or the track would be shorter than time; of pictures the last one will do.
    for (; sounds * SOUND_MS <= now; sounds += 1) {
      const isLoud = of.flashes && isFlash(sounds * SOUND_MS);
      void of.microphone.captureFrame(sound(isLoud ? TONE.loud : TONE.soft)).catch(() => undefined);
    }
    const due = Math.floor(now / PICTURE_MS) + 1;
    if (due > pictures) of.camera.captureFrame(picture(of.flashes && isFlash((due - 1) * PICTURE_MS)));
    pictures = due;
  }, SOUND_MS / 2);
  return {
    flashes: () => Math.ceil((sounds * SOUND_MS) / FLASH_EVERY_MS),
    stop: () => clearInterval(timer),
  };
}

function isFlash(ms: number): boolean {
  return ms % FLASH_EVERY_MS < FLASH_MS;
}

/** Whole waves: one frame goes on where the last one ended. */
function sound(amplitude: number): AudioFrame {
  const frame = AudioFrame.create(SAMPLES_A_SECOND, 1, (SAMPLES_A_SECOND * SOUND_MS) / 1_000);
  frame.data.forEach((_, n) => {
    frame.data[n] = Math.round(amplitude * Math.sin((2 * Math.PI * TONE.hertz * n) / SAMPLES_A_SECOND));
  });
  return frame;
}

function picture(isBright: boolean): VideoFrame {
  const { width, height } = SIZE;
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  data.fill(isBright ? LIGHT.bright : LIGHT.dark, 0, width * height);
  return new VideoFrame(data, width, height, VideoBufferType.I420);
}
