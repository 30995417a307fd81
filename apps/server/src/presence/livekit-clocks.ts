import type { ClockStretch, ClockWord, InstantBounds, TimeSaid } from '@latido/core';
import {
  CLOCK_ALARM_MS,
  CREATED_AT_CUT_MS,
  clockOffsetMs,
  contradict,
  joinClockWords,
  ONE_CLOCK_MS,
  offsetOfWord,
  timeWord,
  withOffset,
} from '@latido/core';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';
import type { Log } from '../platform/index.ts';

/** Words of so long are kept as one. */
const MOMENT_MS = 5_000;
/** Older ones say nothing any more, but the last few. */
const KEEP_MS = 120_000;
const KEEP_AT_LEAST = 8;
/** What LiveKit said the time was holds for so long, unless it says it again. */
const TIME_HOLDS_MS = 30_000;
/** Words so far apart that no time that was said explains: another clock says it. And so long that is not asked then. */
const DOUBTED_APART_MS = 5_000;
const NOT_ITS_CLOCK_FOR_MS = 600_000;

/** What was said of a clock, and when: moments of it, the newest last. */
class Words {
  #words: ClockWord[] = [];
  #momentAt = -Infinity;

  get isEmpty(): boolean {
    return this.#words.length === 0;
  }

  get offsetMs(): number {
    return clockOffsetMs(this.#words);
  }

  get heardAt(): number {
    return this.#words.at(-1)?.receivedAt ?? -Infinity;
  }

  hear(word: ClockWord): void {
    const last = this.#words.at(-1);
    const isSame = last !== undefined && word.receivedAt - this.#momentAt < MOMENT_MS;
    // A clock that is set within a moment makes two of it.
    if (isSame && !contradict(last, word)) this.#words[this.#words.length - 1] = joinClockWords(last, word);
    else {
      this.#words.push(word);
      this.#momentAt = word.receivedAt;
    }
    const isOld = ({ receivedAt }: ClockWord): boolean => word.receivedAt - receivedAt > KEEP_MS;
    while (this.#words.length > KEEP_AT_LEAST && this.#words[0] && isOld(this.#words[0])) this.#words.shift();
  }
}

interface Heard {
  /** By webhooks. */
  readonly words: Words;
  /** By what LiveKit said the time was. */
  readonly times: Words;
  stretches: readonly ClockStretch[];
  /** When it was heard first, Infinity before that, and when the newest stretch was found to go on. */
  firstAt: number;
  heardAt: number;
  /** When a word first contradicted the time that was said; null where none has. */
  doubtedAt: number | null;
  /** Until when the time that is said counts for nothing: a machine between us says it. */
  notItsClockUntil: number;
  /** The offset that was alarmed about; 0 when none is. */
  alarmedMs: number;
}

/**
 * How far the clock of each LiveKit is off: by what it says the time is, where it is asked, and else by what its webhooks say
 * and when they arrive. A LiveKit is named by the API key of its webhooks.
 */
export class LivekitClocks {
  readonly #log: Log;
  readonly #clocks = new Map<string, Heard>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes what was known of it before our start: the first word may be late. */
  recall(key: string, { offsetMs, heardAt }: { offsetMs: number; heardAt: Date }): void {
    const heard = this.#of(key);
    if (!heard.words.isEmpty) return;
    const receivedAt = heardAt.getTime();
    const bounds = { atLeastMs: offsetMs, atMostMs: offsetMs + CREATED_AT_CUT_MS, latestMs: offsetMs };
    heard.words.hear({ receivedAt, count: 1, ...bounds, isOfOpenCall: false });
    const before = { offsetMs, fromAt: -Infinity, untilAt: heard.firstAt };
    const oldest = heard.stretches.at(-1);
    if (oldest === undefined) [heard.stretches, heard.heardAt] = [[before], receivedAt];
    // What was heard since our start is newer.
    else if (Math.abs(oldest.offsetMs - offsetMs) >= ONE_CLOCK_MS)
      heard.stretches = [...heard.stretches.slice(0, -1), { ...oldest, fromAt: receivedAt }, before];
  }

  /** Takes what a webhook says of the clock. */
  hear(key: string, word: ClockWord): void {
    const heard = this.#of(key);
    heard.words.hear(word);
    if (!isTold(heard, word.receivedAt)) this.#take(heard, heard.words.offsetMs, word.receivedAt);
  }

  /** Takes what LiveKit itself says the time is. */
  hearTime(key: string, said: TimeSaid): void {
    const heard = this.#of(key);
    if (said.answeredAt < heard.notItsClockUntil) return;
    heard.times.hear(timeWord(said));
    this.#take(heard, heard.times.offsetMs, said.answeredAt);
  }

  /** Whether LiveKit said what time it is at this instant or since, so that no word of before is more than late. */
  isToldSince(key: string, at: number): boolean {
    const heard = this.#clocks.get(key);
    return heard !== undefined && heard.times.heardAt >= at && at >= heard.notItsClockUntil;
  }

  /**
   * A word says what no time that LiveKit has said since explains. Once may be our own standing still; twice, and a machine
   * between us tells its own time.
   */
  doubtTime(key: string, at: number): void {
    const heard = this.#of(key);
    if (heard.doubtedAt === null || at - heard.doubtedAt > NOT_ITS_CLOCK_FOR_MS) heard.doubtedAt = at;
    if (at - heard.doubtedAt < DOUBTED_APART_MS) return;
    this.#log.warn({}, "the time that is said where livekit answers is not livekit's: its webhooks tell it");
    heard.notItsClockUntil = at + NOT_ITS_CLOCK_FOR_MS;
    heard.doubtedAt = null;
    this.#take(heard, heard.words.offsetMs, at);
  }

  /** Whether anything is known of it. */
  isHeard(key: string): boolean {
    return (this.#clocks.get(key)?.stretches.length ?? 0) > 0;
  }

  /** How far the clock of this LiveKit is ahead of ours. */
  offsetMs(key: string): number {
    return this.#clocks.get(key)?.stretches[0]?.offsetMs ?? 0;
  }

  /** How far it was ahead when it named `at`; `isKnown` false where that is of no clock that it had, and has just happened. */
  offsetOf(key: string, at: number, bounds: InstantBounds): { offsetMs: number; isKnown: boolean } {
    return offsetOfWord(at, this.#clocks.get(key)?.stretches ?? [], bounds);
  }

  /** An instant that this LiveKit has named, on our clock: it had passed when the word of it came. */
  ours(key: string, at: number, receivedAt: number): number {
    const { offsetMs } = this.offsetOf(key, at, { earliestAt: -Infinity, receivedAt });
    return Math.min(at - offsetMs, receivedAt);
  }

  /** The offset of the clock that is farthest off. */
  get worstMs(): number {
    const offsets = [...this.#clocks.keys()].map((key) => this.offsetMs(key));
    return offsets.toSorted((a, b) => Math.abs(b) - Math.abs(a))[0] ?? 0;
  }

  /** Whether some clock is so far off that somebody should set it. */
  get isOff(): boolean {
    return Math.abs(this.worstMs) >= CLOCK_ALARM_MS;
  }

  register(registry: Registry): void {
    const worst = (): number => this.worstMs;
    new Gauge({
      name: 'latido_livekit_clock_offset_ms',
      help: 'How far the clock of LiveKit is ahead of ours (behind: negative), in milliseconds.',
      registers: [registry],
      collect() {
        this.set(worst());
      },
    });
  }

  #of(key: string): Heard {
    const heard = this.#clocks.get(key) ?? {
      words: new Words(),
      times: new Words(),
      stretches: [],
      firstAt: Infinity,
      heardAt: -Infinity,
      doubtedAt: null,
      notItsClockUntil: -Infinity,
      alarmedMs: 0,
    };
    this.#clocks.set(key, heard);
    return heard;
  }

  #take(heard: Heard, offsetMs: number, at: number): void {
    heard.stretches = withOffset(heard.stretches, offsetMs, { at, heardAt: heard.heardAt });
    heard.firstAt = Math.min(heard.firstAt, at);
    heard.heardAt = Math.max(heard.heardAt, at);
    this.#alarm(heard);
  }

  #alarm(heard: Heard): void {
    const offsetMs = heard.stretches[0]?.offsetMs ?? 0;
    const { alarmedMs } = heard;
    if (Math.abs(offsetMs) < CLOCK_ALARM_MS) {
      if (alarmedMs !== 0) this.#log.info({ offsetMs }, "livekit's clock is right again");
      heard.alarmedMs = 0;
    } else if (alarmedMs === 0 || Math.abs(offsetMs - alarmedMs) >= CLOCK_ALARM_MS) {
      this.#log.error({ offsetMs }, "livekit's clock is off: what it says is corrected, set it by NTP");
      heard.alarmedMs = offsetMs;
    }
  }
}

/** Whether the time that was said holds still, so that webhooks move nothing. */
function isTold({ times, notItsClockUntil }: Heard, at: number): boolean {
  return times.heardAt >= at - TIME_HOLDS_MS && at >= notItsClockUntil;
}
