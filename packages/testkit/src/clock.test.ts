import { expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';

test('[FAKE-1] timers fire in order of their due time, and promises settle between them', async () => {
  const clock = new VirtualClock(0);
  const seen: string[] = [];
  clock.setTimeout(() => seen.push(`c ${clock.now()}`), 30);
  clock.setTimeout(() => {
    seen.push(`a ${clock.now()}`);
    void Promise.resolve()
      .then(() => undefined)
      .then(() => clock.setTimeout(() => seen.push(`b ${clock.now()}`), 5));
  }, 10);
  const forgotten = clock.setTimeout(() => seen.push('never'), 20);
  clock.clearTimeout(forgotten);
  await clock.advance(29);
  expect(seen).toEqual(['a 10', 'b 15']);
  await clock.advance(1);
  expect(seen).toEqual(['a 10', 'b 15', 'c 30']);
  expect(clock.now()).toBe(30);
});

test('[FAKE-1] the virtual clock waits for real work that was announced to it', async () => {
  const clock = new VirtualClock(0);
  let isDone = false;
  clock.setTimeout(() => {
    const work = new Promise((resolve) => setTimeout(resolve, 20)).then(() => (isDone = true));
    clock.during(work);
  }, 10);
  clock.setTimeout(() => expect(isDone).toBe(true), 11);
  await clock.advance(20);
  expect(isDone).toBe(true);
});

test('[FAKE-2] runUntil stops at the first moment at which it holds', async () => {
  const clock = new VirtualClock(0);
  let count = 0;
  const again = (): void => {
    count++;
    clock.setTimeout(again, 1_000);
  };
  clock.setTimeout(again, 1_000);
  await clock.runUntil(() => count === 3);
  expect(clock.now()).toBe(3_000);
});

test('[FAKE-2] runUntil throws when no timer could make it true', async () => {
  await expect(new VirtualClock(0).runUntil(() => false)).rejects.toThrow('no timer is left');
});
