import type { Clock, TimerHandle } from './clock.ts';
import type { Log } from './log.ts';

/** Timed work that is running. */
export interface Loop {
  /** Runs as soon as possible; when it is running now, once more after that. */
  wake(): void;
  /** Stops and resolves when the run in progress is over. */
  close(): Promise<void>;
}

export interface LoopOptions {
  /** Names the loop in the log. */
  name: string;
  /** Pause between the end of a run and the next one. */
  everyMs: number | (() => number);
  run: () => Promise<void>;
  log: Log;
  clock: Clock;
}

/** Work that is done again and again while the server listens; never two runs at once. */
export type Job = Pick<LoopOptions, 'name' | 'everyMs' | 'run'>;

/** Runs something again and again, never two runs at once. A run that fails is logged; the next one comes as usual. */
export function startLoop({ name, everyMs, run, log, clock }: LoopOptions): Loop {
  let timer: TimerHandle | undefined;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  const once = async (): Promise<void> => {
    do {
      again = false;
      try {
        await run();
      } catch (error) {
        if (!closed) log.error({ err: error, loop: name }, 'timed work failed');
        again = false;
      }
    } while (again && !closed);
    running = undefined;
    if (!closed) timer = clock.setTimeout(start, pauseMs());
  };
  const pauseMs = (): number => (typeof everyMs === 'number' ? everyMs : everyMs());
  const start = (): void => {
    if (timer !== undefined) clock.clearTimeout(timer);
    timer = undefined;
    running = once();
  };
  timer = clock.setTimeout(start, pauseMs());
  return {
    wake() {
      if (closed) return;
      if (running) again = true;
      else start();
    },
    async close() {
      closed = true;
      if (timer !== undefined) clock.clearTimeout(timer);
      await running;
    },
  };
}
