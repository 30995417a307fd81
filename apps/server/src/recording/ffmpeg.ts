import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const REMUX_WITHIN_MS = 120_000;

/** What is recorded: 720p, fifteen times a second. */
export const SCREEN = { width: 1280, height: 720, fps: 15 } as const;

/** Whether this ffmpeg runs here and can write H.264 and AAC; null, or what is wrong. */
export async function ffmpegFault(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ['-hide_banner', '-encoders'], { timeout: 20_000 });
    const lacking = ['libx264', 'aac'].filter((name) => !new RegExp(`\\s${name}\\s`).test(stdout));
    return lacking.length === 0 ? null : `this ffmpeg lacks ${lacking.join(' and ')}`;
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return isMissing ? 'there is no ffmpeg' : 'ffmpeg does not run';
  }
}

/**
 * Starts ffmpeg on raw pictures (its descriptor 3) and raw sound (4). The file is in fragments of a second: whatever breaks,
 * it plays up to there.
 */
export function startFfmpeg(path: string, file: string): ChildProcess {
  const { width, height, fps } = SCREEN;
  const raw = ['-probesize', '32', '-analyzeduration', '0', '-thread_queue_size', '64'];
  const picture = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`, '-r', String(fps)];
  const sound = ['-f', 's16le', '-ar', '48000', '-ac', '1'];
  const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-crf', '26'];
  const keys = ['-g', String(2 * fps), '-pix_fmt', 'yuv420p'];
  const aac = ['-c:a', 'aac', '-b:a', '96k'];
  const fragments = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof', '-frag_duration', '1000000'];
  const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'];
  const inputs = [...raw, ...picture, '-i', 'pipe:3', ...raw, ...sound, '-i', 'pipe:4'];
  const streams = ['-map', '0:v', '-map', '1:a', ...h264, ...keys, ...aac];
  return spawn(path, [...quiet, ...inputs, ...streams, ...fragments, '-flush_packets', '1', file], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  });
}

/** How long a file plays, ms, as ffmpeg reads it; null where it is no film. */
export async function lengthOf(path: string, file: string): Promise<number | null> {
  // Without anything to write it says what it has read, and ends as if that were a fault.
  const said = await run(path, ['-hide_banner', '-nostdin', '-i', file], { timeout: REMUX_WITHIN_MS }).catch(
    (error: unknown) => error as { stderr?: string },
  );
  const [, hours, minutes, seconds] = /Duration: (\d+):(\d\d):(\d\d\.\d+)/.exec(said.stderr ?? '') ?? [];
  if (seconds === undefined) return null;
  return Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000);
}

/** Whether what ffmpeg said last is about a disk with no room. */
export function saysDiskIsFull(words: string): boolean {
  return /No space left|Disk quota|File too large/i.test(words);
}

/** Writes a finished file anew with its index at the front, so that a browser seeks at once. Where that fails it stays as it is. */
export async function putIndexInFront(path: string, file: string): Promise<void> {
  const other = `${file}.new`;
  const copy = ['-i', file, '-c', 'copy', '-movflags', '+faststart', '-f', 'mp4', other];
  try {
    await run(path, ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y', ...copy], {
      timeout: REMUX_WITHIN_MS,
    });
    await rename(other, file);
  } catch {
    await rm(other, { force: true });
  }
}
