import { messageOf, type Clock, type Log } from '../platform/index.ts';

/** A LiveKit that we started. */
export interface RunningLivekit {
  readonly pid: number;
  /** Where its own log is. */
  readonly logPath: string;
  /** Resolves when it is gone, whoever ended it. */
  readonly exited: Promise<{ code: number | null; signal: string | null }>;
  stop(): Promise<void>;
}

export interface KeepLivekitOptions {
  /** The one that runs now. */
  readonly first: RunningLivekit;
  /** Starts it once more, exactly as before; rejects when it does not start, or when `signal` says to give up. */
  readonly startAgain: (signal: AbortSignal) => Promise<RunningLivekit>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Pauses before the first, second … start after a death; the last one is repeated. The first is short: calls wait for it.
 */
const PAUSES_MS = [100, 2_000, 5_000, 10_000, 30_000] as const;

/** One that lived this long was well: its next death counts as the first. */
const STEADY_AFTER_MS = 60_000;

/**
 * Starts LiveKit again whenever it ends by itself, with growing pauses, until it is stopped. One that dies as soon as
 * it lives must not keep the machine busy, and the reason must stay readable.
 *
 * @returns how to stop it, for good
 */
export function keepLivekit({ first, startAgain, clock, log }: KeepLivekitOptions): () => Promise<void> {
  const gaveUp = new AbortController();
  let running: RunningLivekit | null = first;
  let beganAt = clock.monotonic();
  let deaths = 0;

  const lives = async (current: RunningLivekit): Promise<void> => {
    const { code, signal } = await current.exited;
    if (gaveUp.signal.aborted) return;
    running = null;
    deaths = clock.monotonic() - beganAt >= STEADY_AFTER_MS ? 1 : deaths + 1;
    const fields = { pid: current.pid, code, signal, nextInMs: pauseAfter(deaths), logPath: current.logPath };
    log.error(fields, 'livekit ended by itself: it is started again');
  };
  const comesBack = async (): Promise<void> => {
    await pause(clock, pauseAfter(deaths), gaveUp.signal);
    if (gaveUp.signal.aborted) return;
    try {
      running = await startAgain(gaveUp.signal);
      beganAt = clock.monotonic();
      log.warn({ pid: running.pid }, 'livekit runs again');
    } catch (error) {
      if (gaveUp.signal.aborted) return;
      deaths += 1;
      log.error(
        { reason: messageOf(error), nextInMs: pauseAfter(deaths) },
        'livekit does not start: tried again',
      );
    }
  };
  const watch = async (): Promise<void> => {
    while (!gaveUp.signal.aborted) await (running ? lives(running) : comesBack());
  };

  const watched = watch();
  return async () => {
    gaveUp.abort();
    const before = running;
    await before?.stop();
    await watched;
    // Another one came up in the very moment of the stop.
    if (running !== before) await running?.stop();
  };
}

function pauseAfter(deaths: number): number {
  return PAUSES_MS[Math.min(deaths, PAUSES_MS.length) - 1] ?? 0;
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
