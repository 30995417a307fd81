import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { Canvas, tilesFor, type Picture, type Tile } from './canvas.ts';
import { SCREEN } from './ffmpeg.ts';
import { Mix, SAMPLE_RATE } from './mix.ts';
import type { Letterer } from './names.ts';

/** Picture and sound are both written so late: what was sent together and arrived apart comes together again. */
const LATE_MS = 800;
const FRAME_MS = 1_000 / SCREEN.fps;
/** A camera that stands still for so long is gone, whatever LiveKit says: a crashed browser leaves its last picture behind. */
const STALE_MS = 3_000;
/** Pictures that ffmpeg has not taken yet, at most: a slow machine holds up the film, it does not fill the memory. */
const UNWRITTEN_MAX = 30;
/** Pictures of a camera that wait for their time: of two for the same picture of the film the later one does. */
const WAITING_MAX = 2 * Math.ceil(LATE_MS / FRAME_MS);
/** A name keeps so far from the edges of its tile. */
const NAME_MARGIN = 8;
/** A picture's own instant counts if it lies so near: else its clock is not ours. */
const NEAR_MS = { before: 5_000, after: 1_000 };

interface Arrived extends Picture {
  readonly at: number;
}

/** Whose picture is on, and what they are called. */
export interface Shown {
  readonly sid: string;
  readonly name: string;
}

interface Place extends Shown {
  readonly tile: Tile;
}

/** Picture and sound of a recording on one clock: picture n belongs to n / 15 s, whatever the machine does meanwhile. */
export class Film {
  readonly #canvas = new Canvas(SCREEN.width, SCREEN.height);
  readonly #mix = new Mix();
  readonly #waiting = new Map<string, Arrived[]>();
  /** The last picture of each that is on: a scene that changes shows it again. */
  readonly #last = new Map<string, Arrived>();
  #scene: Place[] = [];
  #letter: Letterer = () => null;
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

  /** What writes names. */
  set letter(letter: Letterer) {
    this.#letter = letter;
  }

  /** Whose pictures are on, in their order. */
  setScene(shown: readonly Shown[]): void {
    if (keyOf(shown) === keyOf(this.#scene)) return;
    const tiles = tilesFor(shown.length, SCREEN);
    this.#canvas.blank({ x: 0, y: 0, ...SCREEN });
    this.#scene = shown.flatMap((each, n) => (tiles[n] ? [{ ...each, tile: tiles[n] }] : []));
    for (const place of this.#scene) this.#draw(place, this.#last.get(place.sid));
  }

  /** A picture that belongs to an instant of {@link momentOf}. */
  show(sid: string, { data, width, height }: Picture, at: number): void {
    const waiting = this.#waiting.get(sid) ?? [];
    const last = waiting.at(-1);
    if (last && this.#slotOf(last.at) === this.#slotOf(at)) waiting.pop();
    waiting.push({ data, width, height, at });
    if (waiting.length > WAITING_MAX) waiting.shift();
    this.#waiting.set(sid, waiting);
  }

  /** Sound that has just come, and had come over the network so long before. */
  hear(sid: string, samples: Int16Array, waitedMs = 0): void {
    if (this.#beganAt === 0) return;
    this.#mix.add(sid, samples, sampleAt(performance.now() - waitedMs - this.#beganAt));
  }

  forget(sid: string): void {
    this.#waiting.delete(sid);
    this.#last.delete(sid);
    this.#mix.forget(sid);
  }

  /** The end: what is due until `endAt` (epoch ms) is written, as far as ffmpeg keeps up within so long, and it gets no more. */
  async cut(endAt: number, withinMs: number): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.#writer) return;
    const cutAt = performance.now();
    const until = cutAt - Math.max(0, Date.now() - endAt) - this.#beganAt;
    while (!this.#writeUntil(until) && performance.now() - cutAt < withinMs) await pause();
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
      // What is there in the middle of its time: neither early nor late by more than half of it.
      this.#compose(this.#beganAt + (this.#frames + 0.5) * FRAME_MS);
      pictures.write(Buffer.from(this.#canvas.data));
      this.#frames += 1;
      const samples = this.#mix.takeUntil(sampleAt(this.#frames * FRAME_MS));
      sound.write(Buffer.from(samples.buffer));
    }
    return true;
  }

  /** Which picture of the film an instant belongs to. */
  #slotOf(at: number): number {
    return Math.ceil((at - this.#beganAt) / FRAME_MS - 0.5);
  }

  /** Paints what had arrived by an instant, where it is another picture than before. */
  #compose(at: number): void {
    for (const place of this.#scene) {
      const { sid } = place;
      const waiting = this.#waiting.get(sid) ?? [];
      let next: Arrived | undefined;
      while (waiting[0] && waiting[0].at <= at) next = waiting.shift();
      if (next) {
        this.#draw(place, next);
        this.#last.set(sid, next);
      } else if (at - (this.#last.get(sid)?.at ?? at) > STALE_MS) {
        this.#draw(place, undefined);
        this.#last.delete(sid);
      }
    }
  }

  /** Sizes change on the way: what a larger picture left would show at the edges, so each begins on black. */
  #draw({ tile, name }: Place, picture: Picture | undefined): void {
    this.#canvas.blank(tile);
    if (picture) this.#canvas.paint(tile, picture);
    const lettering = this.#letter(name, tile.width - 2 * NAME_MARGIN);
    if (lettering) this.#canvas.write(tile, lettering, picture ? 'foot' : 'middle');
  }
}

function keyOf(shown: readonly Shown[]): string {
  return JSON.stringify(shown.map(({ sid, name }) => [sid, name]));
}

/**
 * When a picture belongs on our clock: LiveKit's receiver says when it is to be seen, on the same monotonic clock. That does not
 * depend on when we came to read it, as the machine may be busy.
 */
export function momentOf(timestampUs: bigint): number {
  const now = performance.now();
  const age = Number(process.hrtime.bigint() / 1_000n - timestampUs) / 1_000;
  return age > -NEAR_MS.after && age < NEAR_MS.before ? now - age : now;
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
