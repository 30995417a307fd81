/** Rooms that are asked about at the same time, besides those that turned out to be slow. */
const AT_ONCE = 8;
/** A question that takes longer holds up no other. */
const SLOW_AFTER_MS = 1_000;
/** Of rooms about which the last question had no answer: the media server that has them may be away for longer. */
const SILENT_AT_ONCE = 8;

interface Asked {
  readonly at: number;
  readonly wasSilent: boolean;
  readonly answered: Promise<void>;
}

/** The rooms that LiveKit is being asked about, and which others may be beside them: those without an answer hold up nobody else (PRES-R56). */
export class PollPlaces {
  readonly #asked = new Map<string, Asked>();
  readonly #silent = new Set<string>();

  /** Whether there is a place for a question about this room now. */
  isFreeFor(roomName: string, now: number): boolean {
    if (this.#asked.has(roomName)) return false;
    const asked = [...this.#asked.values()];
    if (this.#silent.has(roomName)) return asked.filter(({ wasSilent }) => wasSilent).length < SILENT_AT_ONCE;
    return asked.filter(({ at, wasSilent }) => !wasSilent && now - at < SLOW_AFTER_MS).length < AT_ONCE;
  }

  /** A room is asked about. `isAnswered` resolves with whether LiveKit knew something, and never rejects. */
  ask(roomName: string, { now, isAnswered }: { now: number; isAnswered: Promise<boolean> }): void {
    const wasSilent = this.#silent.delete(roomName);
    const answered = isAnswered.then((is) => {
      this.#asked.delete(roomName);
      if (!is) this.#silent.add(roomName);
    });
    this.#asked.set(roomName, { at: now, wasSilent, answered });
  }

  /** Keeps of the silent ones those alone that are asked about still. */
  keep(isKnown: (roomName: string) => boolean): void {
    for (const roomName of this.#silent) if (!isKnown(roomName)) this.#silent.delete(roomName);
  }

  /** Resolves when those under way have their answer. */
  async answered(): Promise<void> {
    await Promise.all([...this.#asked.values()].map(({ answered }) => answered));
  }
}
