import { expect, it } from 'vitest';
import { wholeEveryMs } from './pace.ts';

it('[MATCH-87] the whole line is looked at once a second, less often where that takes longer than a fortieth, and each five seconds', () => {
  const every = [0, 12, 25, 26, 50, 125, 126, 4_000].map(wholeEveryMs);
  expect(every).toEqual([1_000, 1_000, 1_000, 1_040, 2_000, 5_000, 5_000, 5_000]);
});
