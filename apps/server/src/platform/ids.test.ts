import { expect, it } from 'vitest';
import { newId } from './ids.ts';

it('[PLATFORM-1] an id names its kind, is ordered by time and has 80 bits of chance', () => {
  const ids = Array.from({ length: 2_000 }, () => newId('call'));
  for (const id of ids) expect(id).toMatch(/^call_[0-9a-hjkmnp-tv-z]{26}$/);
  expect(new Set(ids).size).toBe(ids.length);
  const times = ids.map((id) => id.slice(5, 15));
  expect(times).toEqual(times.toSorted());
  expect(new Set(ids.map((id) => id.slice(15, 20))).size).toBeGreaterThan(1_900);
});
