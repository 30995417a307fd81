/** Samples a second, of one channel. */
export const SAMPLE_RATE = 48_000;
/** So much is held: what came, and was not taken. */
const HELD = SAMPLE_RATE * 4;
/** A track whose sound arrives so far from where it would go on is set anew. */
const ASTRAY = SAMPLE_RATE / 2;

/**
 * The sound of everybody, on one clock: sample n belongs to n / 48000 s. A track's first sound is placed by its arrival, and
 * what follows goes on there, so that the network's hurry and delay are not heard.
 */
export class Mix {
  readonly #held = new Int32Array(HELD);
  /** Where each track's next sample goes. */
  readonly #ends = new Map<string, number>();
  #taken = 0;

  /** Adds what arrived of a track at `at`, in samples since the beginning. */
  add(track: string, samples: Int16Array, at: number): void {
    let place = this.#ends.get(track) ?? at;
    if (place < this.#taken || Math.abs(place - at) > ASTRAY) place = Math.max(at, this.#taken);
    const room = this.#taken + HELD - place;
    const length = Math.min(samples.length, Math.max(0, room));
    for (let n = 0; n < length; n += 1) {
      const slot = (place + n) % HELD;
      this.#held[slot] = (this.#held[slot] ?? 0) + (samples[n] ?? 0);
    }
    this.#ends.set(track, place + samples.length);
  }

  forget(track: string): void {
    this.#ends.delete(track);
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
}
