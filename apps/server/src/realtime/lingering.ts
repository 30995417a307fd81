import type { Clock, TimerHandle } from '../platform/index.ts';
import type { Member } from './channel.ts';

interface Lingerer {
  readonly member: Member;
  readonly timer: TimerHandle;
}

/**
 * Members whose last socket was lost, and who may come back at once: on another node while theirs is drained, or behind a
 * tunnel. They are still shown for a while, and nobody is told that they went and came.
 */
export class Lingering {
  readonly #clock: Clock;
  readonly #forMs: number;
  readonly #channels = new Map<string, Map<string, Lingerer>>();

  constructor({ clock, forMs }: { clock: Clock; forMs: number }) {
    this.#clock = clock;
    this.#forMs = forMs;
  }

  /** Calls back once the member has been away long enough; at once where nobody lingers. */
  start(channel: string, member: Member, gone: () => void): void {
    if (this.#forMs === 0) return gone();
    const there = this.#channels.get(channel) ?? new Map<string, Lingerer>();
    this.#channels.set(channel, there);
    if (there.has(member.userId)) return;
    const timer = this.#clock.setTimeout(() => {
      this.end(channel, member.userId);
      gone();
    }, this.#forMs);
    there.set(member.userId, { member, timer });
  }

  /** They are back, or gone for sure. Whether they were lingering. */
  end(channel: string, userId: string): boolean {
    const there = this.#channels.get(channel);
    const lingerer = there?.get(userId);
    if (!there || !lingerer) return false;
    this.#clock.clearTimeout(lingerer.timer);
    there.delete(userId);
    if (there.size === 0) this.#channels.delete(channel);
    return true;
  }

  of(channel: string): [userId: string, member: Member][] {
    return [...(this.#channels.get(channel) ?? [])].map(([userId, { member }]) => [userId, member]);
  }

  /** Nobody is left who could be told. */
  forget(channel: string): void {
    for (const [userId] of this.of(channel)) this.end(channel, userId);
  }

  close(): void {
    for (const channel of this.#channels.keys()) this.forget(channel);
  }
}
