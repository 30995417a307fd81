import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { hop } from './hopping.testing.ts';

/** Three starts of a server on a machine that may be very busy. */
const LONG_MS = 600_000;
const folder = mkdtempSync(join(tmpdir(), 'latido-hopping-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test(
  '[DOOR-10] a client that hops among all doors, cut off anywhere, while the server is killed twice: each notice once, in order',
  async () => {
    const notices = 400;
    const { seen, resets, visits } = await hop({
      notices,
      kills: 2,
      seed: 7,
      env: { LATIDO_DATA_DIR: folder },
    });
    expect(seen).toEqual(Array.from({ length: notices }, (_, n) => String(n)));
    expect([resets, [...visits.keys()].length]).toEqual([0, 6]);
  },
  LONG_MS,
);
