import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Seen } from './full-disk.testing.ts';

const canLimit = spawnSync('prlimit', ['--version']).status === 0;

describe.skipIf(!canLimit)('the embedded database on a full disk', () => {
  it('[PGLITE-9] refuses what it cannot store, and is back by itself once there is room, with all that it had answered', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-full-'));
    const program = fileURLToPath(new URL('./full-disk.testing.ts', import.meta.url));
    const child = fork(program, [join(folder, 'database')], { execArgv: ['--conditions=source'] });
    const [seen] = (await once(child, 'message')) as [Seen];
    expect(seen).toEqual({
      refused: ['database.unavailable', 'database.unavailable'],
      words: ['after', 'before'],
    });
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true });
  }, 180_000);
});
