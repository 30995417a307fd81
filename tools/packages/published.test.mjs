import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../launch/path.mjs';
import { faultsOf } from './published.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latido-package-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A package like ours, with one entry and a style sheet. */
const write = (entry, files = {}) => {
  const manifest = {
    name: '@latido/tried',
    version: '1.0.0',
    license: 'MIT',
    type: 'module',
    files: ['dist'],
    exports: { '.': entry, './look.css': './dist/look.css' },
  };
  const all = {
    'package.json': JSON.stringify(manifest),
    'dist/index.js': 'export const one = 1;\n',
    'dist/index.d.ts': 'export declare const one: number;\n',
    'dist/look.css': 'a { color: red }\n',
    ...files,
  };
  copyFileSync(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
};
const entry = { types: './dist/index.d.ts', default: './dist/index.js' };

test('a package whose code and types are where it says has no faults', async () => {
  write(entry);
  expect(await faultsOf(folder)).toEqual([]);
});

test('types that are not there are found, by both', async () => {
  write({ ...entry, types: './dist/other.d.ts' });
  const faults = await faultsOf(folder);
  expect(faults.filter((each) => each.startsWith('publint'))).toHaveLength(1);
  expect(faults.filter((each) => each.startsWith('attw'))).not.toHaveLength(0);
});

test('what is there but is not published is found', async () => {
  write({ ...entry, default: './made/index.js' }, { 'made/index.js': 'export const one = 1;\n' });
  expect((await faultsOf(folder)).join()).toContain('made/index.js');
});

test('a package that was not built is said', async () => {
  write(entry);
  rmSync(join(folder, 'dist'), { recursive: true });
  await expect(faultsOf(folder)).rejects.toThrow('publishes dist, which is not there');
});

test('no licence, or another one than ours, and tests that are packed are found', async () => {
  write(entry, { LICENSE: 'Mine.', 'dist/index.test.js': 'test();\n', 'dist/.tsbuildinfo': '{}' });
  expect(await faultsOf(folder)).toEqual([
    'it does not bring the LICENSE of the whole along',
    'it publishes dist/.tsbuildinfo',
    'it publishes dist/index.test.js',
  ]);
  rmSync(join(folder, 'LICENSE'));
  expect(await faultsOf(folder)).toContain('it does not bring the LICENSE of the whole along');
});
