import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyOf, storeIsAway, storeIsFull, type FileStore } from './store.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Files in a folder, for its owner only. A file has its name once it is whole and on the disk. */
export function folderStore(dir: string): FileStore {
  const path = (key: string): string => join(dir, keyOf(key));
  return {
    kind: 'folder',
    async put(key, body) {
      const at = path(key);
      const half = `${at}.half`;
      try {
        await on(mkdir(dirname(at), { recursive: true, mode: 0o700 }));
        const bytes = await written(half, body);
        await on(rename(half, at));
        await on(syncFolder(dirname(at)));
        return { bytes };
      } catch (error) {
        await rm(half, { force: true }).catch(() => undefined);
        throw error;
      }
    },
    async size(key) {
      const found = await stat(path(key)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
        throw storeIsAway(error);
      });
      return found?.isFile() ? found.size : null;
    },
    read: async (key, { from, to }) => createReadStream(path(key), { start: from, end: to }),
    async remove(key) {
      for (const each of [path(key), `${path(key)}.half`]) await on(rm(each, { force: true }));
    },
  };
}

/** Writes and syncs; what the body throws comes out as it is, what the disk throws as ours. */
async function written(path: string, body: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await on(open(path, 'w', 0o600));
  let bytes = 0;
  try {
    for await (const chunk of body) {
      let at = 0;
      while (at < chunk.length) at += (await on(file.write(chunk, at))).bytesWritten;
      bytes += chunk.length;
    }
    await on(file.sync());
    return bytes;
  } finally {
    await file.close();
  }
}

/** The name is on the disk, too. */
async function syncFolder(dir: string): Promise<void> {
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function on<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw FULL.has((error as NodeJS.ErrnoException).code ?? '') ? storeIsFull(error) : storeIsAway(error);
  }
}
