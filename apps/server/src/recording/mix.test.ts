import { describe, expect, it } from 'vitest';
import { Mix } from './mix.ts';

const MS = 48;
const CHUNK = 10 * MS;

/** Where a beep that was said at `beepAt` ms stands in the film, in ms; each chunk arrives when `arrives` says. */
function heardAt(beepAt: number, arrives: (saidAt: number) => number | null): number {
  const mix = new Mix();
  const film: number[] = [];
  const chunks = Array.from({ length: 400 }, (_, n) => ({ saidAt: n * 10, at: arrives(n * 10) }));
  for (let now = 0; now < 5_000; now += 10) {
    for (const { saidAt, at } of chunks) {
      if (at === null || at < now || at >= now + 10) continue;
      mix.add('alice', new Int16Array(CHUNK).fill(saidAt === beepAt ? 1 : 0), at * MS);
    }
    film.push(...mix.takeUntil(Math.max(0, now - 800) * MS));
  }
  return film.indexOf(1) / MS;
}

/** A hundredth of a second is nothing that anybody sees. */
const isNear = (at: number, where: number): boolean => Math.abs(at - where) <= 10;

describe('the sound of a recording', () => {
  const sound = (...samples: number[]) => Int16Array.from(samples);

  it('[REC-15] what two say at once is heard together, and what is too loud is cut off', () => {
    const mix = new Mix();
    mix.add('alice', sound(1, 2, 30_000), 0);
    mix.add('bob', sound(10, 20, 30_000), 0);
    expect([...mix.takeUntil(4)]).toEqual([11, 22, 32_767, 0]);
  });

  it('[REC-15] what follows goes on where the last ended, however it arrives', () => {
    const mix = new Mix();
    mix.add('alice', sound(1, 2), 10);
    mix.add('alice', sound(3, 4), 19);
    expect([...mix.takeUntil(15)].slice(10)).toEqual([1, 2, 3, 4, 0]);
  });

  it('[REC-15] after a break it is placed anew', () => {
    const mix = new Mix();
    mix.add('alice', sound(1), 0);
    mix.takeUntil(10);
    mix.add('alice', sound(2), 12);
    expect([...mix.takeUntil(14)]).toEqual([0, 0, 2, 0]);
    mix.add('alice', sound(3), 40_000);
    expect(mix.takeUntil(40_001).at(-1)).toBe(3);
  });

  it('[REC-15] what would lie beyond what is held is let go', () => {
    const mix = new Mix();
    mix.add('alice', sound(1, 1), 48_000 * 4 - 1);
    expect(mix.takeUntil(48_000 * 4 + 1).subarray(-2)).toEqual(Int16Array.from([1, 0]));
  });

  it('[REC-15] sound that comes late, in a heap, as the machine was busy, stands where it was said', () => {
    const busyUntil = (until: number) => (saidAt: number) => Math.max(saidAt, until);
    expect(isNear(heardAt(1_000, busyUntil(300)), 1_000)).toBe(true);
    const busyBetween = (saidAt: number) => (saidAt >= 900 && saidAt < 1_300 ? 1_300 : saidAt);
    expect(isNear(heardAt(1_000, busyBetween), 1_000)).toBe(true);
    expect(isNear(heardAt(2_000, busyBetween), 2_000)).toBe(true);
  });

  it('[REC-15] after a hold-up longer than the film waits, what follows stands where it was said', () => {
    const busy = (saidAt: number) => (saidAt >= 900 && saidAt < 2_000 ? 2_000 : saidAt);
    expect(isNear(heardAt(2_300, busy), 2_300)).toBe(true);
  });

  it('[REC-15] sound that was lost on the way moves nothing: two seconds later the rest is in its place', () => {
    const lossy = (saidAt: number) => (saidAt >= 500 && saidAt < 700 ? null : saidAt);
    expect(isNear(heardAt(2_800, lossy), 2_800)).toBe(true);
  });
});
