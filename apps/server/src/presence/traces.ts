import type { PresenceDown } from '@latido/protocol';
import type { Traced } from './entry.ts';

/** Somebody whose own beats are not heard draws no traces; older ones go. */
const TRACES_MAX = 32;

/**
 * Beats of others that wait for the answer to somebody's next one. Their places are kept: what is made at each beat and waits for a
 * second outlives two collections of V8, and then costs it as much as all else that it has to look through.
 */
export class Traces {
  readonly #of: Traced[] = [];
  readonly #at: number[] = [];
  #count = 0;
  #headOf: Traced = { identity: '', participantSid: '' };
  #head = '';

  add(of: Traced, at: number): void {
    if (this.#count === TRACES_MAX) this.#dropOldest();
    this.#of[this.#count] = of;
    this.#at[this.#count] = at;
    this.#count += 1;
  }

  /** Puts what waits behind other messages, the oldest first; nothing waits afterwards. */
  moveTo(messages: string[]): void {
    for (let n = 0; n < this.#count; n += 1) {
      const [of, at] = [this.#of[n], this.#at[n]];
      if (of !== undefined && at !== undefined)
        messages.push(`${this.#headFor(of)}${new Date(at).toISOString()}"}`);
    }
    this.#count = 0;
  }

  /** All of a `peer_beat` but its time: it is mostly of the one partner, and as JSON it was a twentieth of what a beat costs. */
  #headFor({ identity, participantSid }: Traced): string {
    if (this.#headOf.participantSid !== participantSid || this.#headOf.identity !== identity) {
      const whole = JSON.stringify({
        type: 'peer_beat',
        identity,
        participantSid,
      } satisfies Partial<PresenceDown>);
      this.#head = `${whole.slice(0, -1)},"at":"`;
      this.#headOf = { identity, participantSid };
    }
    return this.#head;
  }

  #dropOldest(): void {
    this.#of.copyWithin(0, 1);
    this.#at.copyWithin(0, 1);
    this.#count -= 1;
  }
}
