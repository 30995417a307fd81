import { expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { startLoop } from './loop.ts';
import { ManualClock } from './manual-clock.ts';

it('[LOOP-1] runs follow each other by the period and never overlap; a failure does not end them', async () => {
  const clock = new ManualClock();
  let runs = 0;
  let inside = 0;
  const loop = startLoop({
    name: 'test',
    everyMs: 100,
    log: silentLog,
    clock,
    async run() {
      expect((inside += 1)).toBe(1);
      await Promise.resolve();
      inside -= 1;
      runs += 1;
      if (runs === 1) throw new Error('once');
    },
  });
  await clock.advance(99);
  expect(runs).toBe(0);
  await clock.advance(1);
  expect(runs).toBe(1);
  await clock.advance(250);
  expect(runs).toBe(3);
  await loop.close();
  await clock.advance(1_000);
  expect(runs).toBe(3);
});

it('[LOOP-2] who wakes it during a run gets one more run; closing waits for the one in progress', async () => {
  const clock = new ManualClock();
  const ends: (() => void)[] = [];
  const loop = startLoop({
    name: 'test',
    everyMs: 100,
    log: silentLog,
    clock,
    run: () => new Promise<void>((resolve) => ends.push(resolve)),
  });
  loop.wake();
  loop.wake();
  loop.wake();
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await expect.poll(() => ends.length).toBe(2);
  let isClosed = false;
  const closing = loop.close().then(() => (isClosed = true));
  await Promise.resolve();
  expect(isClosed).toBe(false);
  ends[1]?.();
  await closing;
  expect(ends).toHaveLength(2);
});
