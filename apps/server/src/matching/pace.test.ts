import { expect, it } from 'vitest';
import { wholeEveryMs } from './pace.ts';

it('[MATCH-87] the whole line is looked at once a second, less often where that takes longer than a twentieth, and each five seconds', () => {
  const every = [0, 12, 50, 51, 100, 250, 251, 4_000].map(wholeEveryMs);
  expect(every).toEqual([1_000, 1_000, 1_000, 1_020, 2_000, 5_000, 5_000, 5_000]);
});
