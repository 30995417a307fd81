import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FolderError, makeFolder } from './folder.ts';
import { keepSecrets } from './secrets.ts';
import { takeLock } from './lock.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'latido-folder-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

it('[PLATFORM-30] a data folder is made with all above it, for its owner only, and may have blanks in its name', () => {
  const path = join(place, 'a b', 'c', 'ñ');
  makeFolder(path);
  makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  takeLock(join(path, 'database.lock'), path)();
});

it('[PLATFORM-31] a file, and what lies below a file, is no data folder', () => {
  const path = join(place, 'file');
  writeFileSync(path, '');
  expect(() => makeFolder(path)).toThrow(
    `The data folder ${path} is a file. Set LATIDO_DATA_DIR to another one.`,
  );
  expect(() => makeFolder(join(path, 'below'))).toThrow(/below cannot be made \(ENOTDIR\)/);
});

it('[PLATFORM-32] a link to nowhere is told, not followed for ever', () => {
  const path = join(place, 'link');
  symlinkSync(join(place, 'nowhere'), path);
  expect(() => makeFolder(path)).toThrow(/cannot be made/);
});

it.runIf(process.platform === 'linux')(
  '[PLATFORM-33] a folder below /proc is refused in a sentence: the system would be asked for ever',
  () => {
    for (const use of [makeFolder, keepSecrets, (path: string) => takeLock(join(path, 'x.lock'), path)])
      expect(() => use('/proc/latido/deep')).toThrow(FolderError);
    expect(() => takeLock('/proc/x.lock', '/proc')).toThrow(/The data folder \/proc cannot hold a lock/);
  },
);

it('[PLATFORM-34] secrets that cannot be read stop the start: made anew they would sign everybody out', () => {
  writeFileSync(join(place, 'secrets.json'), '{"authSecret": "abc');
  expect(() => keepSecrets(place)).toThrow(/secrets\.json that cannot be read/);
});
