/**
 * Calls that somebody has just left of whom LiveKit alone said that they were there. That they are gone is known here before the
 * call's units are laid anew: what was laid before goes on as if they were still there, and is not to be charged ahead of proof.
 */
export class Departed {
  /** Up to where in the log it was folded by which they left; null: not asked yet. */
  readonly #foldedTo = new Map<string, bigint | null>();

  add(callIds: readonly string[]): void {
    for (const callId of callIds) this.#foldedTo.set(callId, null);
  }

  /** Those whose units are not laid anew yet. Reads how far the log is folded, and how far units are laid by it. */
  async standing(foldedTo: () => Promise<bigint>, laidTo: () => Promise<bigint>): Promise<string[]> {
    if (this.#foldedTo.size === 0) return [];
    const folded = await foldedTo();
    for (const [callId, seq] of this.#foldedTo) if (seq === null) this.#foldedTo.set(callId, folded);
    const laid = await laidTo();
    for (const [callId, seq] of this.#foldedTo)
      if (seq !== null && seq <= laid) this.#foldedTo.delete(callId);
    return [...this.#foldedTo.keys()];
  }
}
