import { describe, expect, it } from 'vitest';
import {
  FLOOD_ROWS_LEAST,
  FLOOD_ROWS_PER_S,
  GIVE_WAY_LEAST_TIMES,
  GIVE_WAY_MOST_MS,
  GIVE_WAY_TIMES,
  paceOf,
  waitsOn,
} from './follower-pace.ts';
import { ManualClock } from './manual-clock.ts';

/** Turns one after the other, each so long after the end of the one before. */
function turns() {
  const clock = new ManualClock();
  const pace = paceOf(clock);
  return async ({ afterMs, tookMs, head, reached = head }: Turn) => {
    await clock.advance(afterMs + tookMs);
    return pace({ head: BigInt(head), reached: BigInt(reached), tookMs });
  };
}

interface Turn {
  readonly afterMs: number;
  readonly tookMs: number;
  readonly head: number;
  readonly reached?: number;
}

describe('the pace of the followers', () => {
  it('[FOLLOW-8] what live calls write is no flood, and is read without a pause', async () => {
    const turn = turns();
    expect(await turn({ afterMs: 0, tookMs: 10, head: 1_000_000 })).toEqual({ flooded: false, ms: 0 });
    expect(await turn({ afterMs: 990, tookMs: 10, head: 1_000_000 + FLOOD_ROWS_PER_S })).toEqual({
      flooded: false,
      ms: 0,
    });
    // A burst of few rows, however dense.
    const few = 1_000_000 + FLOOD_ROWS_PER_S + FLOOD_ROWS_LEAST - 1;
    expect(await turn({ afterMs: 0, tookMs: 10, head: few })).toEqual({ flooded: false, ms: 0 });
  });

  it('[FOLLOW-8] under a flood the writers get eight times what a turn has taken, but not more than half a second', async () => {
    const turn = turns();
    await turn({ afterMs: 0, tookMs: 10, head: 0 });
    expect(await turn({ afterMs: 90, tookMs: 10, head: 700 })).toEqual({
      flooded: true,
      ms: 10 * GIVE_WAY_TIMES,
    });
    expect(await turn({ afterMs: 80, tookMs: 200, head: 2_000 })).toEqual({
      flooded: true,
      ms: GIVE_WAY_MOST_MS,
    });
    expect(await turn({ afterMs: GIVE_WAY_MOST_MS, tookMs: 10, head: 2_000 })).toEqual({
      flooded: false,
      ms: 0,
    });
  });

  it('[FOLLOW-8] the later the readers are, the shorter the pause, and the writers always get a part', async () => {
    const turn = turns();
    await turn({ afterMs: 0, tookMs: 10, head: 0 });
    // Not all was read of what was there 300 ms ago, when the turn began.
    expect((await turn({ afterMs: 500, tookMs: 300, head: 8_000, reached: 4_000 })).ms).toBe(
      GIVE_WAY_MOST_MS - 300,
    );
    // By now that is 1,300 ms ago.
    const late = await turn({ afterMs: 700, tookMs: 300, head: 16_000, reached: 7_999 });
    expect(late).toEqual({ flooded: true, ms: 300 * GIVE_WAY_LEAST_TIMES });
    // Of the 16,000 some are left; they were seen when the last turn began, 700 ms ago.
    const later = await turn({ afterMs: 100, tookMs: 300, head: 20_000, reached: 12_000 });
    expect(later.ms).toBe(300 * GIVE_WAY_LEAST_TIMES);
    expect((await turn({ afterMs: 450, tookMs: 50, head: 22_000 })).ms).toBe(50 * GIVE_WAY_TIMES);
  });

  it('[FOLLOW-8] a pause lasts as long as it was said to, and no longer than until the end', async () => {
    const clock = new ManualClock();
    const waits = waitsOn(clock);
    let over = 0;
    const wait = (ms: number) => waits.wait(ms).then(() => (over += 1));
    void wait(800);
    await clock.advance(799);
    expect(over).toBe(0);
    await clock.advance(1);
    expect(over).toBe(1);
    const cut = wait(800);
    waits.end();
    await cut;
    await wait(800);
    expect(over).toBe(3);
  });
});
