import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { beganAt, takeLock } from './lock.ts';

const place = (): { folder: string; path: string } => {
  const folder = mkdtempSync(join(tmpdir(), 'latido-lock-'));
  return { folder, path: join(folder, 'database.lock') };
};
const note = (path: string, owner: object): void => writeFileSync(path, JSON.stringify(owner));

it('[PLATFORM-9] a folder that is in use is refused in one sentence that names the pid and the folder', () => {
  const { folder, path } = place();
  const giveBack = takeLock(path, folder);
  expect(() => takeLock(path, folder)).toThrow(
    `The data folder ${folder} is in use by another Latido (pid ${process.pid}).`,
  );
  giveBack();
  expect(readdirSync(folder)).toEqual([]);
  takeLock(path, folder)();
});

it('[PLATFORM-10] the lock of a process that is dead is taken over', async () => {
  const { folder, path } = place();
  const child = spawn(process.execPath, ['-e', '']);
  const owner = { pid: child.pid, beganAt: beganAt(child.pid ?? 0) };
  await new Promise((resolve) => child.once('exit', resolve));
  note(path, owner);
  takeLock(path, folder)();
});

it('[PLATFORM-11] a pid that was given out again does not hold the lock; one that lives does, however old its file', () => {
  const { folder, path } = place();
  note(path, { pid: process.pid, beganAt: 'another boot 1' });
  takeLock(path, folder)();
  note(path, { pid: process.ppid, beganAt: beganAt(process.ppid) });
  expect(() => takeLock(path, folder)).toThrow(`pid ${process.ppid}`);
  expect(existsSync(path)).toBe(true);
});

it('[PLATFORM-12] a lock that cannot be read is nobody’s', () => {
  const { folder, path } = place();
  writeFileSync(path, '');
  takeLock(path, folder)();
});
