import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTicker, type Ticker } from './ticker.ts';

/** A Worker as browsers have it: whether its script may run is told later, and never by a throw. */
class QuietWorker {
  static made: QuietWorker[] = [];
  onmessage: (() => void) | null = null;
  onerror: (() => void) | null = null;
  terminated = false;
  postMessage = (): void => undefined;
  terminate = (): void => void (this.terminated = true);
  constructor() {
    QuietWorker.made.push(this);
  }
}

const EVERY_MS = 500;
let ticks: number;
let ticker: Ticker;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('Worker', QuietWorker);
  [ticks, QuietWorker.made] = [0, []];
  ticker = startTicker(EVERY_MS, () => void (ticks += 1));
});
afterEach(() => {
  ticker.stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const worker = (): QuietWorker => {
  const [made] = QuietWorker.made;
  if (made === undefined) throw new Error('no Worker was made');
  return made;
};

test('[CLIENT-TICK] where the policy of a page blocks the Worker its own timer beats, and only one', () => {
  worker().onerror?.();
  worker().onerror?.();
  vi.advanceTimersByTime(4 * EVERY_MS);
  expect([ticks, worker().terminated]).toEqual([4, true]);
});

test('[CLIENT-TICK] a Worker that says nothing for two beats is not waited for; once it speaks it alone beats', () => {
  vi.advanceTimersByTime(2 * EVERY_MS);
  expect(ticks).toBe(1);
  vi.advanceTimersByTime(2 * EVERY_MS);
  expect(ticks).toBe(3);
  worker().onmessage?.();
  vi.advanceTimersByTime(10 * EVERY_MS);
  expect([ticks, worker().terminated]).toEqual([4, false]);
});

test('[CLIENT-TICK] a Worker that beats is the only one that does', () => {
  worker().onmessage?.();
  vi.advanceTimersByTime(10 * EVERY_MS);
  expect(ticks).toBe(1);
});

test('[CLIENT-TICK] once stopped nothing beats, whatever the Worker says later', () => {
  ticker.stop();
  worker().onerror?.();
  vi.advanceTimersByTime(10 * EVERY_MS);
  expect([ticks, worker().terminated]).toEqual([0, true]);
});
