import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writesFile, writtenOut } from './at-work.ts';

describe('a file that is written', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latido-at-work-'));
    file = join(folder, '1.mp4');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('[REC-14] is finished once its writer is gone, however late, and not before', async () => {
    // Writes its last second when it is told to: a recorder on a full machine, after the end of its server.
    const program = `process.stdin.once('data', () => { require('fs').appendFileSync(${JSON.stringify(file)}, 'end'); process.exit(); });`;
    const writer = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'] });
    await once(writer, 'spawn');
    writesFile(file, writer.pid);
    let isOut = false;
    const out = writtenOut(file).then(() => (isOut = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOut).toBe(false);
    writer.stdin.write('now');
    await out;
    expect(existsSync(file)).toBe(true);
    expect(existsSync(`${file}.pid`)).toBe(false);
  });

  it('[REC-14] is finished at once where nobody writes, or what is beside it is no process', async () => {
    await writtenOut(file);
    for (const word of ['', 'x', '-1', '0', '1e99']) {
      writeFileSync(`${file}.pid`, word);
      await writtenOut(file);
      expect(existsSync(`${file}.pid`)).toBe(false);
    }
  });
});
