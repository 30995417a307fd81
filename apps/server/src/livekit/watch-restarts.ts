import type { TimeSaid } from '@latido/core';
import type { Clock, Log, Loop } from '../platform/index.ts';
import { startLoop } from '../platform/index.ts';
import type { LivekitMetrics } from './livekit-metrics.ts';
import { readMetrics } from './livekit-metrics.ts';
import { timeIn } from './livekit-time.ts';
import type { RoomService } from './room-service.ts';

export interface RestartWatcherDeps {
  readonly clock: Clock;
  readonly log: Log;
  /** http:// address of LiveKit: `GET /` answers while it lives. */
  readonly httpUrl: string;
  /** Its Prometheus page, if it is known. */
  readonly metricsUrl?: string | undefined;
  readonly rooms: Pick<RoomService, 'createRoom' | 'existing'>;
  /** What LiveKit says now, by its clock of now, on ours. */
  readonly ours: (at: number) => number;
  /** What time it is at LiveKit, as its answers say. */
  readonly heardTime?: (said: TimeSaid) => void;
  /** Rooms of calls that go on. */
  readonly openRooms: () => Promise<string[]>;
  /** Nobody is anywhere, so that a restart sends nobody away. Default: never so. */
  readonly isEmpty?: () => boolean;
  /** LiveKit does not answer any more, or does again and has the rooms of calls. */
  readonly answers: (does: boolean) => void;
  /**
   * A new LiveKit answers, since this instant (epoch ms): every sid of before is gone. `aliveAt`: when the old one answered
   * last, where it is known.
   */
  readonly restarted: (at: number, aliveAt?: number) => void;
}

const LOOK_EVERY_MS = 500;
/** While nobody is there. */
const EMPTY_LOOK_EVERY_MS = 2_000;
/** Who asks to be let in before the rooms are made again is refused for good: so much of a gap there may be. */
const LOOK_WHILE_DOWN_EVERY_MS = 50;
const ROOMS_EVERY_MS = 10_000;
const ANSWER_WITHIN_MS = 1_000;
/** LiveKit says what time it is to the second: what moved its clock by no more is not told from a restart. */
const CLOCK_SET_FROM_MS = 1_500;

/**
 * Notices that LiveKit was started again. It tells nobody: no left, no room_finished, ever, and people whose rooms it
 * does not know are sent away for good after 1.8 s. So the rooms of calls that go on are made again the moment it
 * answers; then they are back in 4 s.
 *
 * By its start time where its metrics are known. Without them: by rooms that had to be made anew after it was away,
 * and by the room of a call missing in two looks 10 s apart.
 */
export class RestartWatcher {
  readonly #deps: RestartWatcherDeps;
  #startedAt: number | null = null;
  /** The same on our clock, by what was known of LiveKit's then. */
  #ourStartedAt = -Infinity;
  #downSinceAt: number | null = null;
  /** When LiveKit answered last: it was asked then, at the latest. */
  #aliveAt: number | undefined;
  #hasLooked = false;
  #missing = new Set<string>();
  #owed: string[] = [];
  #lookedAt = -Infinity;
  #roomsLookedAt = -Infinity;
  #dispatched: LivekitMetrics['dispatched'] = null;

  constructor(deps: RestartWatcherDeps) {
    this.#deps = deps;
  }

  /** LiveKit's own count of webhooks, when it is known. */
  get dispatched(): LivekitMetrics['dispatched'] {
    return this.#dispatched;
  }

  /** Whether LiveKit answered the last time; before the first look nobody can say so. */
  get isUp(): boolean {
    return this.#hasLooked && this.#downSinceAt === null;
  }

  /** Watches until closed. */
  start(): Loop {
    const { clock, log } = this.#deps;
    const upEveryMs = (): number => (this.#deps.isEmpty?.() ? EMPTY_LOOK_EVERY_MS : LOOK_EVERY_MS);
    const everyMs = (): number => (this.isUp ? upEveryMs() : LOOK_WHILE_DOWN_EVERY_MS);
    const run = async () => {
      if (clock.monotonic() - this.#lookedAt >= everyMs()) await this.look();
    };
    const loop = startLoop({ name: 'livekit restarts', everyMs, run, log, clock });
    // We may have been away for longer than LiveKit: make sure of the rooms at once.
    loop.wake();
    return loop;
  }

  /** One look. */
  async look(): Promise<void> {
    const { clock, log } = this.#deps;
    this.#lookedAt = clock.monotonic();
    const askedAt = clock.now();
    const metrics = await this.#ask();
    if (metrics === null) {
      this.#hasLooked = true;
      if (this.#downSinceAt !== null) return;
      log.warn({}, 'livekit does not answer');
      this.#downSinceAt = clock.now();
      this.#deps.answers(false);
      return;
    }
    const downSinceAt = this.#downSinceAt;
    if (metrics.dispatched) this.#dispatched = metrics.dispatched;
    if (this.#owed.length > 0) await this.#makeRooms(this.#owed);
    await this.#compare(metrics.startedAt, downSinceAt);
    this.#aliveAt = askedAt;
    // Only now: whoever asks whether it is up must not miss that it began anew.
    this.#downSinceAt = null;
    this.#hasLooked = true;
    if (downSinceAt !== null) this.#deps.answers(true);
    if (clock.monotonic() - this.#roomsLookedAt >= ROOMS_EVERY_MS) await this.#lookForRooms();
  }

  async #compare(startedAt: number | null, downSinceAt: number | null): Promise<void> {
    const before = this.#startedAt;
    const { ours, restarted } = this.#deps;
    const ourStartedAt = startedAt === null ? this.#ourStartedAt : ours(startedAt);
    // A process tells its start by the clock of its machine as it is now: whoever sets that moves both by as much.
    const isClockSet =
      before !== null && startedAt !== null && this.#isOneStart(ourStartedAt, startedAt - before);
    const isNew = before !== null && startedAt !== null && startedAt !== before && !isClockSet;
    if (isNew) {
      this.#deps.log.warn({}, 'livekit was started again; rooms of calls are made again');
      await this.#makeRooms(await this.#deps.openRooms());
      restarted(ours(startedAt), this.#aliveAt);
    } else if (downSinceAt !== null && startedAt === null) {
      const made = await this.#makeRooms(await this.#deps.openRooms());
      if (made.some((at) => ours(at) >= downSinceAt - 1_000)) restarted(downSinceAt, this.#aliveAt);
    }
    this.#startedAt = startedAt ?? before;
    this.#ourStartedAt = ourStartedAt;
  }

  #isOneStart(ourStartedAt: number, movedMs: number): boolean {
    return (
      Math.abs(movedMs) >= CLOCK_SET_FROM_MS &&
      Math.abs(ourStartedAt - this.#ourStartedAt) < CLOCK_SET_FROM_MS
    );
  }

  async #lookForRooms(): Promise<void> {
    const names = await this.#deps.openRooms();
    const existing = await this.#deps.rooms.existing(names);
    if (existing === null) return;
    const isFirst = this.#roomsLookedAt === -Infinity;
    this.#roomsLookedAt = this.#deps.clock.monotonic();
    const missing = names.filter((name) => !existing.has(name));
    const twice = missing.filter((name) => isFirst || this.#missing.has(name));
    this.#missing = new Set(missing.filter((name) => !twice.includes(name)));
    if (twice.length === 0) return;
    this.#deps.log.warn({ rooms: twice.length }, 'rooms of calls were missing in livekit and are made again');
    await this.#makeRooms(twice);
    this.#deps.restarted(this.#deps.clock.now());
  }

  /** When each of the rooms was made, epoch ms. One that could not be made is owed: the next look tries again. */
  async #makeRooms(names: readonly string[]): Promise<number[]> {
    const made = await Promise.allSettled(names.map((name) => this.#deps.rooms.createRoom(name)));
    this.#owed = names.filter((_name, at) => made[at]?.status === 'rejected');
    return made.flatMap((each) => (each.status === 'fulfilled' ? [each.value.createdAt] : []));
  }

  /** Null when LiveKit does not answer. While it is away, `GET /` is what answers first. */
  async #ask(): Promise<LivekitMetrics | null> {
    const { httpUrl, metricsUrl } = this.#deps;
    const nothing: LivekitMetrics = { startedAt: null, dispatched: null };
    if (metricsUrl === undefined || !this.isUp) {
      if ((await this.#textOf(`${httpUrl}/`)) === null) return null;
    }
    if (metricsUrl === undefined) return nothing;
    const text = await this.#textOf(metricsUrl);
    if (text !== null) return readMetrics(text);
    // The page of metrics alone may be away.
    return (await this.#textOf(`${httpUrl}/`)) === null ? null : nothing;
  }

  /** A second try, because a connection that was kept from before a restart fails once. */
  async #textOf(url: string): Promise<string | null> {
    return (await this.#textOnce(url)) ?? (await this.#textOnce(url));
  }

  async #textOnce(url: string): Promise<string | null> {
    const { clock, heardTime } = this.#deps;
    try {
      const askedAt = clock.now();
      const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      const said = timeIn(answer.headers, { askedAt, answeredAt: clock.now() });
      if (said !== null) heardTime?.(said);
      return answer.ok ? await answer.text() : null;
    } catch {
      return null;
    }
  }
}
