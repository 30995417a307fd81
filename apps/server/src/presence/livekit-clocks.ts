import type { ClockWord } from '@latido/core';
import { CLOCK_ALARM_MS, CREATED_AT_CUT_MS, clockOffsetMs, joinClockWords, onOurClock } from '@latido/core';
import type { Registry } from 'prom-client';
import { Gauge } from 'prom-client';
import type { Log } from '../platform/index.ts';

/** Words of so long are kept as one. */
const MOMENT_MS = 5_000;
/** Older ones say nothing any more, but the last few. */
const KEEP_MS = 120_000;
const KEEP_AT_LEAST = 8;

interface Heard {
  words: ClockWord[];
  /** When the moment of the last of them began. */
  momentAt: number;
  offsetMs: number;
  /** The offset that was alarmed about; 0 when none is. */
  alarmedMs: number;
}

/**
 * How far the clock of each LiveKit is off, by what it says and when that arrives. A LiveKit is named by the API key of
 * its webhooks.
 */
export class LivekitClocks {
  readonly #log: Log;
  readonly #clocks = new Map<string, Heard>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Begins with what was known of it before our start: the first word may be late. */
  recall(key: string, { offsetMs, heardAt }: { offsetMs: number; heardAt: Date }): void {
    if (this.#clocks.has(key)) return;
    const receivedAt = heardAt.getTime();
    const bounds = { atLeastMs: offsetMs, atMostMs: offsetMs + CREATED_AT_CUT_MS, latestMs: offsetMs };
    const words = [{ receivedAt, count: 1, ...bounds, isOfOpenCall: false }];
    this.#clocks.set(key, { words, momentAt: receivedAt, offsetMs, alarmedMs: 0 });
  }

  /** Takes what a webhook says of the clock. */
  hear(key: string, word: ClockWord): void {
    const heard = this.#clocks.get(key) ?? { words: [], momentAt: -Infinity, offsetMs: 0, alarmedMs: 0 };
    this.#clocks.set(key, heard);
    const last = heard.words.at(-1);
    if (last !== undefined && word.receivedAt - heard.momentAt < MOMENT_MS) {
      heard.words[heard.words.length - 1] = joinClockWords(last, word);
    } else {
      heard.words.push(word);
      heard.momentAt = word.receivedAt;
    }
    const isOld = ({ receivedAt }: ClockWord): boolean => word.receivedAt - receivedAt > KEEP_MS;
    while (heard.words.length > KEEP_AT_LEAST && heard.words[0] && isOld(heard.words[0])) heard.words.shift();
    heard.offsetMs = clockOffsetMs(heard.words);
    this.#alarm(heard);
  }

  /** How far the clock of this LiveKit is ahead of ours. */
  offsetMs(key: string): number {
    return this.#clocks.get(key)?.offsetMs ?? 0;
  }

  /** An instant that this LiveKit has named, on our clock. */
  ours(key: string, at: number, receivedAt: number): number {
    return onOurClock(at, { offsetMs: this.offsetMs(key), receivedAt });
  }

  /** The offset of the clock that is farthest off. */
  get worstMs(): number {
    const offsets = [...this.#clocks.values()].map(({ offsetMs }) => offsetMs);
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

  #alarm(heard: Heard): void {
    const { offsetMs, alarmedMs } = heard;
    if (Math.abs(offsetMs) < CLOCK_ALARM_MS) {
      if (alarmedMs !== 0) this.#log.info({ offsetMs }, "livekit's clock is right again");
      heard.alarmedMs = 0;
    } else if (alarmedMs === 0 || Math.abs(offsetMs - alarmedMs) >= CLOCK_ALARM_MS) {
      this.#log.error({ offsetMs }, "livekit's clock is off: what it says is corrected, set it by NTP");
      heard.alarmedMs = offsetMs;
    }
  }
}
