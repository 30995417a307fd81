/**
 * The program of a recorder, a process of its own: comes into the room unseen, paints everybody who may be recorded, mixes their
 * sound, and hands both to ffmpeg. It ends when it is told to, and when whoever started it is gone.
 */
import { Room, RoomEvent } from '@livekit/rtc-node';
import { writesFile } from './at-work.ts';
import { Cast } from './cast.ts';
import { saysDiskIsFull, startFfmpeg } from './ffmpeg.ts';
import { Film } from './film.ts';
import { letterer } from './names.ts';
import type { FromRecorder, ToRecorder } from './orders.ts';

/**
 * What the end of a film may take to be written on a machine that is too slow, ffmpeg's last second after it; what is not written by
 * then is left out. Where the server waits for it that is not long; without a server nobody waits.
 */
const TOLD = { cutWithinMs: 20_000, goneWithinMs: 30_000 };
const ALONE = { cutWithinMs: 120_000, goneWithinMs: 150_000 };
const CONNECT_WITHIN_MS = 15_000;

/** On a connection of their own tracks keep their names, by which LiveKit's receiver tells of each (delays.ts). */
const JOINING = { autoSubscribe: false, dynacast: false, singlePeerConnection: false };

const room = new Room();
const film = new Film();
const cast = new Cast(room, film);
let isEnding = false;

process.on('message', (order: ToRecorder) => {
  if (order.do === 'begin') void begin(order).catch(() => end({ isBroken: true }));
  else if (order.do === 'allow') cast.allow(order.whom);
  else void end({ isBroken: false, at: order.at });
});
// Killed with SIGKILL, our server says nothing: the channel closes.
process.on('disconnect', () => void end({ isBroken: false, within: ALONE }));
// A signal to the whole group is not for us: our server tells us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);

let exited: Promise<void> = Promise.resolve();
let words = '';

async function begin({
  url,
  token,
  file,
  ffmpeg,
  whom,
}: Extract<ToRecorder, { do: 'begin' }>): Promise<void> {
  cast.allow(whom);
  room.on(RoomEvent.Disconnected, () => void end({ isBroken: true }));
  const late = setTimeout(() => void end({ isBroken: true }), CONNECT_WITHIN_MS);
  await room.connect(url, token, JOINING);
  clearTimeout(late);
  if (isEnding) return;
  film.letter = await letterer();
  const writer = startFfmpeg(ffmpeg, file);
  writesFile(file, writer.pid);
  exited = new Promise((resolve) => {
    writer.once('error', () => resolve());
    writer.once('close', () => resolve());
  });
  void exited.then(() => end({ isBroken: true }));
  writer.stderr?.on('data', (chunk: Buffer) => {
    words = `${words}${chunk.toString()}`.slice(-2_000);
  });
  film.roll(writer);
  cast.look();
  say({ did: 'begin', at: Date.now() });
}

/** Once: the film is cut, ffmpeg writes what it has, and we are gone. */
async function end({
  isBroken,
  at = Date.now(),
  within = TOLD,
}: {
  isBroken: boolean;
  at?: number;
  within?: typeof TOLD;
}): Promise<void> {
  if (isEnding) return;
  isEnding = true;
  const hurry = setTimeout(() => process.exit(1), within.goneWithinMs);
  await film.cut(at, within.cutWithinMs);
  cast.close();
  await exited;
  const { durationMs } = film;
  say({ did: 'end', isBroken, diskIsFull: saysDiskIsFull(words), durationMs });
  await room.disconnect().catch(() => undefined);
  clearTimeout(hurry);
  process.exit(0);
}

function say(word: FromRecorder): void {
  if (process.connected) process.send?.(word);
}
