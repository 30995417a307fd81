import type { Room } from '@livekit/rtc-node';

const ASK_EVERY_MS = 1_000;

/** How long a track's media has waited in all, in seconds, and how much of it has. */
interface Waited {
  readonly seconds: number;
  readonly count: number;
}

/**
 * How long picture and sound wait between the network and us. LiveKit's receiver holds a shaky sound back, by a tenth of a second or
 * three, and does not hold the picture back with it: by what it says of itself both stand where they arrived.
 */
export class Delays {
  readonly #room: Pick<Room, 'getRtcStats'>;
  readonly #waited = new Map<string, Waited>();
  readonly #delays = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(room: Pick<Room, 'getRtcStats'>) {
    this.#room = room;
    this.#timer = setInterval(() => void this.ask().catch(() => undefined), ASK_EVERY_MS);
  }

  /** Of a track, in ms; 0 while nothing is known. */
  of(sid: string): number {
    return this.#delays.get(sid) ?? 0;
  }

  /** Asks LiveKit's receiver how long media waited since it was asked last. */
  async ask(): Promise<void> {
    const { subscriberStats } = await this.#room.getRtcStats();
    for (const { stats } of subscriberStats) {
      const { trackIdentifier, jitterBufferDelay, jitterBufferEmittedCount } =
        (stats.case === 'inboundRtp' && stats.value.inbound) || {};
      if (trackIdentifier) {
        const waited = { seconds: jitterBufferDelay ?? 0, count: Number(jitterBufferEmittedCount ?? 0) };
        this.#learn(trackIdentifier, waited);
      }
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #learn(sid: string, now: Waited): void {
    const before = this.#waited.get(sid) ?? { seconds: 0, count: 0 };
    if (now.count === before.count) return;
    this.#waited.set(sid, now);
    const delay = ((now.seconds - before.seconds) * 1_000) / (now.count - before.count);
    // A track that began anew counts from nothing.
    if (delay >= 0) this.#delays.set(sid, delay);
  }
}
