/** Samples a second, of one channel. */
export const SAMPLE_RATE = 48_000;
/** So much is held: what came, and was not taken. */
const HELD = SAMPLE_RATE * 4;
/** Sound that comes so much before its place shows that the place is wrong: nothing arrives before it was said. */
const EARLY = SAMPLE_RATE / 100;
/** If nothing of a whole second comes nearer to its place than this, the place is wrong, too. */
const LATE = SAMPLE_RATE / 50;
const JUDGED_EACH = SAMPLE_RATE;

/** Where the sound of a track goes. All in samples since the beginning. */
interface Line {
  /** The place of its next sample. */
  next: number;
  /** Up to here it is written. */
  end: number;
  /** How late the most punctual sound came, since it was last judged, and how much sound that was. */
  least: number;
  judged: number;
}

/**
 * The sound of everybody, on one clock: sample n belongs to n / 48000 s. A track goes on where it ended, so that the network's
 * hurry and delay are not heard. Where it begins is known by what arrives most punctually: a busy machine hands sound on late
 * and in heaps, never early, and what comes first says little.
 */
export class Mix {
  readonly #held = new Int32Array(HELD);
  readonly #lines = new Map<string, Line>();
  #taken = 0;

  /** Adds what arrived of a track at `at`, in samples since the beginning. What is too late for its place is left out. */
  add(track: string, samples: Int16Array, at: number): void {
    const line = this.#lines.get(track) ?? { next: at, end: 0, least: Infinity, judged: 0 };
    this.#lines.set(track, line);
    this.#place(line, samples.length, at);
    const from = Math.max(line.next, line.end, this.#taken);
    const to = Math.min(line.next + samples.length, this.#taken + HELD);
    for (let n = from; n < to; n += 1) {
      const slot = n % HELD;
      this.#held[slot] = (this.#held[slot] ?? 0) + (samples[n - line.next] ?? 0);
    }
    line.next += samples.length;
    line.end = Math.max(line.end, to);
  }

  forget(track: string): void {
    this.#lines.delete(track);
  }

  /** Takes everything up to a sample. Where nothing came there is silence; what is too loud is cut off. */
  takeUntil(end: number): Int16Array {
    const taken = new Int16Array(Math.max(0, end - this.#taken));
    for (let n = 0; n < taken.length; n += 1) {
      const slot = (this.#taken + n) % HELD;
      // What lies a ring ahead is not there yet.
      if (n < HELD) taken[n] = Math.max(-32_768, Math.min(32_767, this.#held[slot] ?? 0));
      this.#held[slot] = 0;
    }
    this.#taken += taken.length;
    return taken;
  }

  /** Moves a track to where it belongs. */
  #place(line: Line, length: number, at: number): void {
    line.least = Math.min(line.least, at - line.next);
    line.judged += length;
    // After a break it begins anew: its place was written long ago.
    const isGone = line.next + length <= this.#taken;
    if (isGone || line.least < -EARLY) line.next = Math.max(at, isGone ? this.#taken : 0);
    else if (line.judged < JUDGED_EACH) return;
    else if (line.least > LATE) line.next += line.least;
    line.least = Infinity;
    line.judged = 0;
  }
}
