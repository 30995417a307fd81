import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLog } from './log.ts';
import { PgliteThread } from './pglite-thread.ts';

/** Four to thirteen seconds here, a minute where many others work. */
const MAKES_WITHIN_MS = 180_000;
const program = fileURLToPath(new URL('./pglite-create.ts', import.meta.url));

function create(dir: string) {
  return fork(program, [dir], {
    execArgv: ['--conditions=source'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

/** What an interrupted start left behind: half a database under its working name, and an empty folder. */
function leaveBehind(dir: string): void {
  for (const name of [`${dir}.making`, `${dir}.making-1`]) {
    mkdirSync(join(name, 'base'), { recursive: true });
    writeFileSync(join(name, 'PG_VERSION'), '18');
  }
  mkdirSync(dir);
}

describe('the process that makes an embedded database', () => {
  const parent = mkdtempSync(join(tmpdir(), 'latido-create-'));
  afterAll(() => rmSync(parent, { recursive: true, force: true }));

  it(
    '[PGLITE-9] makes a whole one, also over what an interrupted start left behind',
    async () => {
      const dir = join(parent, 'whole', 'database');
      mkdirSync(join(parent, 'whole'));
      leaveBehind(dir);
      expect(await once(create(dir), 'exit')).toEqual([0, null]);
      expect(readdirSync(join(parent, 'whole'))).toEqual(['database']);
      const thread = new PgliteThread({ dir, log: silentLog });
      await thread.waitReady;
      expect((await thread.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await thread.close();
    },
    MAKES_WITHIN_MS,
  );

  it('[PGLITE-9] ends with who asked for it, and leaves nothing that could be taken for a database', async () => {
    const dir = join(parent, 'orphan', 'database');
    const child = create(dir);
    // It takes seconds to make one; whoever asked is killed meanwhile.
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(existsSync(dir)).toBe(false);
  });

  it('[PGLITE-9] says so when it cannot', async () => {
    writeFileSync(join(parent, 'file'), 'no folder');
    const [code] = (await once(create(join(parent, 'file', 'database')), 'exit')) as [number];
    expect(code).not.toBe(0);
  });
});
