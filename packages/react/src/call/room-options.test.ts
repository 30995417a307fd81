import { describe, expect, it } from 'vitest';
import { isRefused, nextTryInMs } from './room-options.ts';
import { settlesAfterMs } from './steady.ts';

describe('the way back to the media server', () => {
  it.each([
    [0, 0, 75],
    [1, 100, 400],
    [30, 19_000, 400],
    [60, 30_000, 2_000],
    [90, 181_000, null],
  ])('[REACT-REJOIN] after %s failed tries in %s ms the next one comes in %s ms', (tries, elapsed, wait) => {
    expect(nextTryInMs(tries, elapsed, 0.5)).toBe(wait);
  });

  it.each([
    [0, 20, false],
    [1, 300, true],
    [4, 9_000, true],
    [1, 15_000, false],
  ])(
    '[REACT-MEDIA-AWAY] %s tries that failed in %s ms mean that it is away: %s',
    (tries, elapsed, refused) => {
      expect(isRefused(tries, elapsed)).toBe(refused);
    },
  );
});

describe('what is drawn', () => {
  it.each([
    ['live', 'partner_reconnecting', true],
    ['live', 'ended', true],
    ['live', 'media_away', true],
    ['partner_suspected', 'live', true],
    ['me_reconnecting', 'live', true],
    ['live', 'partner_suspected', false],
    ['live', 'me_reconnecting', false],
    ['connecting', 'live', true],
    ['partner_reconnecting', 'me_reconnecting', false],
  ] as const)('[REACT-STEADY] from %s to %s at once: %s', (shown, next, atOnce) => {
    expect(settlesAfterMs(shown, next) === 0).toBe(atOnce);
  });
});
