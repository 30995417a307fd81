/** People in a room without a browser: moving pictures and a tone each, in a process of their own. Arguments: where LiveKit is, then a token each. */
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

const SIZE = { width: 640, height: 360 };
const PICTURES_A_SECOND = 24;
const SAMPLES_A_SECOND = 48_000;
const SOUND_MS = 20;
const BITS_A_SECOND = 800_000n;

const [wsUrl = '', ...tokens] = process.argv.slice(2);
const people = await Promise.all(tokens.map((token) => comeIn(token)));
const beganAt = performance.now();
let sounds = 0;
let pictures = 0;
setInterval(() => {
  const now = performance.now() - beganAt;
  // No sound is left out, or the track would be shorter than time; of pictures the last one will do.
  for (; sounds * SOUND_MS <= now; sounds += 1)
    for (const { microphone } of people) void microphone.captureFrame(tone()).catch(() => undefined);
  const due = Math.floor((now * PICTURES_A_SECOND) / 1_000) + 1;
  if (due > pictures) for (const [n, { camera }] of people.entries()) camera.captureFrame(scene(due + 9 * n));
  pictures = due;
}, 5);
process.send?.({ url: wsUrl });
process.on('disconnect', () => process.exit(0));

async function comeIn(token: string): Promise<{ camera: VideoSource; microphone: AudioSource }> {
  const room = new Room();
  await room.connect(wsUrl, token, { autoSubscribe: false, dynacast: false });
  const camera = new VideoSource(SIZE.width, SIZE.height);
  const microphone = new AudioSource(SAMPLES_A_SECOND, 1);
  const videoEncoding = { maxBitrate: BITS_A_SECOND, maxFramerate: PICTURES_A_SECOND };
  const as = (source: TrackSource) =>
    new TrackPublishOptions({ source, dtx: false, simulcast: false, videoEncoding });
  const me = room.localParticipant;
  const sound = LocalAudioTrack.createAudioTrack('microphone', microphone);
  await me?.publishTrack(sound, as(TrackSource.SOURCE_MICROPHONE));
  await me?.publishTrack(LocalVideoTrack.createVideoTrack('camera', camera), as(TrackSource.SOURCE_CAMERA));
  return { camera, microphone };
}

function tone(): AudioFrame {
  const frame = AudioFrame.create(SAMPLES_A_SECOND, 1, (SAMPLES_A_SECOND * SOUND_MS) / 1_000);
  frame.data.forEach((_, n) => {
    frame.data[n] = Math.round(4_000 * Math.sin((2 * Math.PI * 440 * n) / SAMPLES_A_SECOND));
  });
  return frame;
}

/** A slope of light that moves: every line of every picture is another one. */
function scene(n: number): VideoFrame {
  const { width, height } = SIZE;
  const light = width * height;
  const data = new Uint8Array((light * 3) / 2).fill(128);
  for (let row = 0; row < height; row += 1)
    data.fill(40 + ((row + 3 * n) % 180), row * width, (row + 1) * width);
  return new VideoFrame(data, width, height, VideoBufferType.I420);
}
