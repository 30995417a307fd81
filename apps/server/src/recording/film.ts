import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { Canvas, tilesFor, type Picture, type Tile } from './canvas.ts';
import { SCREEN } from './ffmpeg.ts';
import { Mix, SAMPLE_RATE } from './mix.ts';

/** Picture and sound are both written so late: what was sent together and arrived apart comes together again. */
const LATE_MS = 200;
const FRAME_MS = 1_000 / SCREEN.fps;
/** A camera that stands still for so long is gone, whatever LiveKit says: a crashed browser leaves its last picture behind. */
const STALE_MS = 3_000;
/** Pictures that ffmpeg has not taken yet, at most: a slow machine holds up the film, it does not fill the memory. */
const UNWRITTEN_MAX = 30;
/** On a machine that is too slow the end of the film is left out, rather than waited for. */
const CUT_WITHIN_MS = 10_000;
/** Pictures of a camera that wait for their time. */
const WAITING_MAX = 12;

interface Arrived extends Picture {
  readonly at: number;
}

/** Picture and sound of a recording on one clock: picture n belongs to n / 15 s, whatever the machine does meanwhile. */
export class Film {
  readonly #canvas = new Canvas(SCREEN.width, SCREEN.height);
  readonly #mix = new Mix();
  readonly #waiting = new Map<string, Arrived[]>();
  /** The last picture of each that is on: a scene that changes shows it again. */
  readonly #last = new Map<string, Arrived>();
  #scene: { sid: string; tile: Tile }[] = [];
  #writer: ChildProcess | undefined;
  #timer: NodeJS.Timeout | undefined;
  #beganAt = 0;
  #frames = 0;

  /** From here the clock runs. */
  roll(writer: ChildProcess): void {
    this.#writer = writer;
    this.#beganAt = performance.now();
    for (const pipe of pipesOf(writer)) pipe.on('error', () => undefined);
    this.#tick();
  }

  get durationMs(): number {
    return Math.round(this.#frames * FRAME_MS);
  }

  /** Whose pictures are on, in their order. */
  setScene(sids: readonly string[]): void {
    if (sids.join(' ') === this.#scene.map(({ sid }) => sid).join(' ')) return;
    const tiles = tilesFor(sids.length, SCREEN);
    this.#canvas.blank({ x: 0, y: 0, ...SCREEN });
    this.#scene = sids.flatMap((sid, n) => (tiles[n] ? [{ sid, tile: tiles[n] }] : []));
    for (const { sid, tile } of this.#scene) {
      const last = this.#last.get(sid);
      if (last) this.#canvas.paint(tile, last);
    }
  }

  show(sid: string, { data, width, height }: Picture): void {
    const waiting = this.#waiting.get(sid) ?? [];
    waiting.push({ data, width, height, at: performance.now() });
    if (waiting.length > WAITING_MAX) waiting.shift();
    this.#waiting.set(sid, waiting);
  }

  hear(sid: string, samples: Int16Array): void {
    if (this.#beganAt > 0) this.#mix.add(sid, samples, sampleAt(performance.now() - this.#beganAt));
  }

  forget(sid: string): void {
    this.#waiting.delete(sid);
    this.#last.delete(sid);
    this.#mix.forget(sid);
  }

  /** The end: what is due until now is written, as far as ffmpeg keeps up, and it gets no more. */
  async cut(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#writer) return;
    const cutAt = performance.now();
    const until = cutAt - this.#beganAt;
    while (!this.#writeUntil(until) && performance.now() - cutAt < CUT_WITHIN_MS) await pause();
    for (const pipe of pipesOf(this.#writer)) pipe.end();
  }

  #tick(): void {
    this.#writeUntil(performance.now() - this.#beganAt - LATE_MS);
    const next = this.#beganAt + LATE_MS + this.#frames * FRAME_MS;
    this.#timer = setTimeout(() => this.#tick(), Math.max(5, next - performance.now()));
  }

  /** Whether all is written; what ffmpeg has no place for now waits for the next time. */
  #writeUntil(ms: number): boolean {
    const [pictures, sound] = this.#writer ? pipesOf(this.#writer) : [];
    if (!pictures || !sound || pictures.destroyed) return true;
    const most = UNWRITTEN_MAX * this.#canvas.data.length;
    while (this.#frames * FRAME_MS <= ms) {
      if (pictures.writableLength > most) return false;
      this.#compose(this.#beganAt + this.#frames * FRAME_MS);
      pictures.write(Buffer.from(this.#canvas.data));
      this.#frames += 1;
      const samples = this.#mix.takeUntil(sampleAt(this.#frames * FRAME_MS));
      sound.write(Buffer.from(samples.buffer));
    }
    return true;
  }

  /** Paints what had arrived by an instant, where it is another picture than before. */
  #compose(at: number): void {
    for (const { sid, tile } of this.#scene) {
      const waiting = this.#waiting.get(sid) ?? [];
      let next: Arrived | undefined;
      while (waiting[0] && waiting[0].at <= at) next = waiting.shift();
      if (next) {
        // Sizes change on the way: what a larger picture left would show at the edges.
        this.#canvas.blank(tile);
        this.#canvas.paint(tile, next);
        this.#last.set(sid, next);
      } else if (at - (this.#last.get(sid)?.at ?? at) > STALE_MS) {
        this.#canvas.blank(tile);
        this.#last.delete(sid);
      }
    }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

function sampleAt(ms: number): number {
  return Math.round((ms * SAMPLE_RATE) / 1_000);
}

function pipesOf(writer: ChildProcess): Writable[] {
  return [writer.stdio[3], writer.stdio[4]] as Writable[];
}
