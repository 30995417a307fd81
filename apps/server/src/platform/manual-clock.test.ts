import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';

describe('the clock that a test moves', () => {
  it('is at whole milliseconds, and at the one it was moved to, whatever was due between two on the way', async () => {
    const clock = new ManualClock();
    const startedAt = clock.now();
    const seen: number[] = [];
    const again = (): void => {
      seen.push(clock.now());
      clock.setTimeout(again, 3.1);
    };
    again();
    for (let n = 0; n < 10; n += 1) await clock.advance(100);
    expect(new Date(clock.now()).getTime() - startedAt).toBe(1_000);
    expect(seen.filter((at) => !Number.isInteger(at))).toEqual([]);
    expect(seen.length).toBeGreaterThan(300);
  });
});
