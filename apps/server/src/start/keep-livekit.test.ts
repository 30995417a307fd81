import { beforeEach, describe, expect, it } from 'vitest';
import { keepLivekit, type RunningLivekit } from './keep-livekit.ts';
import { silentLog } from '../platform/index.ts';
import { ManualClock } from '../platform/testing.ts';

function later<T>() {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A LiveKit whose life the test decides. */
function life(pid: number) {
  const exit = later<{ code: number | null; signal: string | null }>();
  let stops = 0;
  const running: RunningLivekit = {
    pid,
    logPath: '/log',
    exited: exit.promise,
    async stop() {
      stops += 1;
      exit.resolve({ code: 0, signal: null });
    },
  };
  return {
    running,
    die: () => exit.resolve({ code: null, signal: 'SIGKILL' }),
    get stops() {
      return stops;
    },
  };
}

describe('keeping LiveKit', () => {
  let clock: ManualClock;
  let lives: ReturnType<typeof life>[];
  let startsAt: number[];
  let refuses: boolean;
  let stop: () => Promise<void>;
  const newest = () => lives.at(-1)!;

  beforeEach(() => {
    clock = new ManualClock();
    lives = [life(1)];
    startsAt = [];
    refuses = false;
    stop = keepLivekit({
      first: newest().running,
      clock,
      log: silentLog,
      async startAgain() {
        startsAt.push(clock.monotonic());
        if (refuses) throw new Error('its port is taken');
        lives.push(life(lives.length + 1));
        return newest().running;
      },
    });
  });

  it('[START-1] one that dies is started again after 0.1, 2, 5, 10, 30, 30 s', async () => {
    for (let death = 0; death < 6; death += 1) {
      newest().die();
      await clock.advance(0);
      await clock.advance(30_000);
    }
    // Thirty seconds pass from one death to the next.
    expect(startsAt.map((at, death) => at - death * 30_000)).toEqual([
      100, 2_000, 5_000, 10_000, 30_000, 30_000,
    ]);
  });

  it('[START-2] one that does not start is tried again with the same pauses', async () => {
    refuses = true;
    newest().die();
    await clock.advance(0);
    await clock.advance(18_000);
    expect(startsAt).toEqual([100, 2_100, 7_100, 17_100]);
    refuses = false;
    await clock.advance(30_000);
    expect(lives).toHaveLength(2);
  });

  it('[START-3] after a minute of life a death counts as the first', async () => {
    for (let death = 0; death < 3; death += 1) {
      newest().die();
      await clock.advance(0);
      await clock.advance(10_000);
    }
    await clock.advance(60_000);
    newest().die();
    await clock.advance(0);
    await clock.advance(100);
    expect(startsAt.at(-1)).toBe(clock.monotonic());
  });

  it('[START-4] after our own stop nothing is started, neither from a life nor from a pause', async () => {
    await stop();
    expect(newest().stops).toBe(1);
    await clock.advance(60_000);
    expect(startsAt).toEqual([]);
  });

  it('[START-4] a stop in the pause ends the pause', async () => {
    newest().die();
    await clock.advance(0);
    await stop();
    await clock.advance(60_000);
    expect(startsAt).toEqual([]);
  });
});

it('[START-5] one that comes up in the moment of the stop is stopped, too', async () => {
  const clock = new ManualClock();
  const first = life(1);
  const second = life(2);
  const up = later<RunningLivekit>();
  const stop = keepLivekit({
    first: first.running,
    startAgain: () => up.promise,
    clock,
    log: silentLog,
  });
  first.die();
  await clock.advance(0);
  await clock.advance(1_000);
  const stopped = stop();
  up.resolve(second.running);
  await stopped;
  expect(second.stops).toBe(1);
});
