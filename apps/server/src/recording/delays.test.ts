import { describe, expect, it } from 'vitest';
import { Delays } from './delays.ts';

/** What LiveKit's receiver says of its tracks, one answer after the other. */
function receiver(...answers: { seconds: number; count: number }[]) {
  const next = () => {
    const { seconds, count } = answers.shift() ?? { seconds: 0, count: 0 };
    const inbound = {
      trackIdentifier: 'TR_a',
      jitterBufferDelay: seconds,
      jitterBufferEmittedCount: BigInt(count),
    };
    return {
      subscriberStats: [
        { stats: { case: 'codec', value: {} } },
        { stats: { case: 'inboundRtp', value: { inbound } } },
      ],
      publisherStats: [],
    };
  };
  return new Delays({ getRtcStats: async () => next() } as never);
}

describe('how long media waits before we get it', () => {
  it('[REC-15] is what it waited since it was asked last, track by track', async () => {
    const delays = receiver(
      { seconds: 480, count: 48_000 },
      { seconds: 9_120, count: 96_000 },
      { seconds: 9_120, count: 96_000 },
    );
    expect(delays.of('TR_a')).toBe(0);
    await delays.ask();
    expect(delays.of('TR_a')).toBe(10);
    await delays.ask();
    expect(delays.of('TR_a')).toBe(180);
    // Nothing came: nothing is known anew.
    await delays.ask();
    expect([delays.of('TR_a'), delays.of('TR_b')]).toEqual([180, 0]);
    delays.close();
  });
});
