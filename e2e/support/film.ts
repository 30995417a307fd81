import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { until } from './until.ts';

const run = promisify(execFile);
const BIG = { encoding: 'buffer', maxBuffer: 512 * 1024 * 1024 } as const;
const SAMPLES_A_SECOND = 48_000;
const WINDOW = SAMPLES_A_SECOND / 200;
const FRAMES_A_SECOND = 15;
/** Some seconds of film. */
const ENOUGH_BYTES = 100_000;

/** Whether ffmpeg and ffprobe are here to look at a film with. */
export async function canLookAtFilms(): Promise<boolean> {
  const tries = ['ffmpeg', 'ffprobe'].map((program) => run(program, ['-version']).then(() => true));
  return (await Promise.allSettled(tries)).every(({ status }) => status === 'fulfilled');
}

/** Waits until so many films of a folder have some seconds of picture and sound: before that nothing is left of them. */
export async function filmsGrow(folder: string, count: number): Promise<void> {
  await until(`${count} films that grow`, async () => {
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.mp4'));
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(folder, name))).size));
    return sizes.filter((bytes) => bytes > ENOUGH_BYTES).length === count;
  });
}

/** What ffprobe says of a film. */
export interface Probed {
  readonly seconds: number;
  readonly streams: { kind: string; codec: string; size: string }[];
  readonly chapters: { title: string; seconds: number }[];
}

/** What a film is, by ffprobe; reads all of it, so that a broken one fails. */
export async function probe(file: string): Promise<Probed> {
  const asked = ['-v', 'error', '-show_format', '-show_streams', '-show_chapters', '-of', 'json', file];
  const { stdout } = await run('ffprobe', asked);
  await run('ffmpeg', ['-v', 'error', '-xerror', '-i', file, '-f', 'null', '-']);
  const told = JSON.parse(stdout) as {
    format: { duration: string };
    streams: { codec_type: string; codec_name: string; width?: number; height?: number }[];
    chapters: { start_time: string; tags?: { title?: string } }[];
  };
  return {
    seconds: Number(told.format.duration),
    streams: told.streams.map(({ codec_type, codec_name, width, height }) => ({
      kind: codec_type,
      codec: codec_name,
      size: width ? `${width}x${height}` : '',
    })),
    chapters: told.chapters.map(({ start_time, tags }) => ({
      title: tags?.title ?? '',
      seconds: Number(start_time),
    })),
  };
}

/** Light (0 to 255) of each picture, fifteen a second, and loudness of each 5 ms. */
export async function sensed(file: string): Promise<{ light: number[]; loud: number[] }> {
  const grey = ['-vf', 'scale=1:1:flags=area,format=gray', '-f', 'rawvideo', 'pipe:1'];
  const seen = await run('ffmpeg', ['-v', 'error', '-i', file, '-an', ...grey], BIG);
  const wave = ['-ac', '1', '-ar', String(SAMPLES_A_SECOND), '-f', 's16le', 'pipe:1'];
  const heard = await run('ffmpeg', ['-v', 'error', '-i', file, '-vn', ...wave], BIG);
  const { buffer, byteOffset, length } = Buffer.from(heard.stdout);
  const samples = new Int16Array(buffer.slice(byteOffset, byteOffset + length - (length % 2)));
  const loud = Array.from({ length: Math.floor(samples.length / WINDOW) }, (_, n) =>
    Math.hypot(...samples.subarray(n * WINDOW, (n + 1) * WINDOW)),
  );
  return { light: [...seen.stdout], loud };
}

/** How light (0 to 255) the lightest picture of a film is, all over: names on black are next to nothing. */
export async function lightest(file: string): Promise<number> {
  const [width, height] = [64, 36];
  const spots = ['-vf', `fps=1,scale=${width}:${height},format=gray`, '-f', 'rawvideo', 'pipe:1'];
  const { stdout } = await run('ffmpeg', ['-v', 'error', '-i', file, '-an', ...spots], BIG);
  const means: number[] = [];
  for (let at = 0; at < stdout.length; at += width * height) {
    const picture = stdout.subarray(at, at + width * height);
    means.push(picture.reduce((sum, each) => sum + each, 0) / picture.length);
  }
  return Math.max(...means);
}

/** When flashes and beeps of a film begin, in ms. */
export async function flashesAndBeeps(file: string): Promise<{ flashes: number[]; beeps: number[] }> {
  const { light, loud } = await sensed(file);
  const most = Math.max(...loud);
  const [dark, bright] = [Math.min(...light), Math.max(...light)];
  return {
    flashes: rises(light, dark + (bright - dark) * 0.6, 1_000 / FRAMES_A_SECOND),
    beeps: rises(loud, most / 3, 5),
  };
}

/** How much later than its flash each beep is, in ms. */
export function lags({ flashes, beeps }: { flashes: number[]; beeps: number[] }): number[] {
  return flashes.flatMap((flash) => {
    const [nearest] = beeps.map((beep) => beep - flash).toSorted((a, b) => Math.abs(a) - Math.abs(b));
    return nearest === undefined ? [] : [nearest];
  });
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Where values rise over a line; a moment after one rise no other counts. */
function rises(values: readonly number[], line: number, eachMs: number): number[] {
  const at: number[] = [];
  for (const [n, value] of values.entries()) {
    const isRise = value >= line && (values[n - 1] ?? 0) < line && n > 0;
    if (isRise && n * eachMs - (at.at(-1) ?? -Infinity) > 1_000) at.push(n * eachMs);
  }
  return at;
}
