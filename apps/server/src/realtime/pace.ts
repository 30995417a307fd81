import type { Clock, TimerHandle } from '../platform/index.ts';
import { PerSecond } from './client-events.ts';

/** A socket that can be told to wait. */
interface Pausable {
  pause(): void;
  resume(): void;
}

/** Lets so many frames a second through. What comes beyond waits, and so does the socket: nothing is lost, nobody comes back. */
export class Pace<Frame> {
  readonly #of: { socket: Pausable; clock: Clock; take: (frame: Frame) => void };
  readonly #perSecond: PerSecond;
  #held: Frame[] = [];
  #timer: TimerHandle | undefined;

  constructor(max: number, of: { socket: Pausable; clock: Clock; take: (frame: Frame) => void }) {
    this.#of = of;
    this.#perSecond = new PerSecond(max);
  }

  give(frame: Frame): void {
    if (this.#timer === undefined && this.#mayPass()) return this.#of.take(frame);
    this.#held.push(frame);
    this.#wait();
  }

  stop(): void {
    if (this.#timer !== undefined) this.#of.clock.clearTimeout(this.#timer);
    this.#held = [];
  }

  #mayPass(): boolean {
    return this.#perSecond.take(this.#of.clock.monotonic());
  }

  #wait(): void {
    if (this.#timer !== undefined) return;
    this.#of.socket.pause();
    const { clock } = this.#of;
    this.#timer = clock.setTimeout(() => this.#goOn(), 1_000 - (clock.monotonic() % 1_000));
  }

  #goOn(): void {
    this.#timer = undefined;
    let passed = 0;
    while (passed < this.#held.length && this.#mayPass()) this.#of.take(this.#held[passed++] as Frame);
    this.#held = this.#held.slice(passed);
    if (this.#held.length > 0) this.#wait();
    else this.#of.socket.resume();
  }
}
