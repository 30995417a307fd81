import { constants, createReadStream } from 'node:fs';
import { access, mkdir, readdir, rm, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileStore } from '../files/index.ts';
import type { Files } from './ports.ts';

/** A quarter of an hour of a recording, about; the database needs some of it, too. */
const ROOM_BYTES_MIN = 256 * 1024 * 1024;

/** The folder of recordings: a folder each, a file a part. For its owner only. A finished part goes on to the bucket, where there is one. */
export function folderOfFiles(dir: string, store: FileStore): Files {
  const path = (key: string): string => join(dir, key);
  const bucket = store.kind === 's3' ? store : null;
  const sizeHere = async (key: string): Promise<number | null> => {
    const found = await stat(path(key)).catch(() => null);
    return found?.isFile() ? found.size : null;
  };
  return {
    async place(key) {
      await mkdir(dirname(path(key)), { recursive: true, mode: 0o700 });
      return path(key);
    },
    size: async (key) => (await sizeHere(key)) ?? (await bucket?.size(inStore(key))) ?? null,
    async read(key, { from, to }) {
      if (bucket && (await sizeHere(key)) === null) return await bucket.read(inStore(key), { from, to });
      return createReadStream(path(key), { start: from, end: to });
    },
    async keep(key) {
      if (!bucket || (await sizeHere(key)) === null) return;
      await bucket.put(inStore(key), createReadStream(path(key)));
      await rm(path(key), { force: true });
      // The folder goes with its last file.
      await rmdir(dirname(path(key))).catch(() => undefined);
    },
    left: async () => (bucket ? await readdir(dir).catch(() => []) : []),
    async removeKept(recordingId, parts) {
      for (const n of parts) await bucket?.remove(inStore(keyOf(recordingId, n)));
    },
    remove: (recordingId) => rm(path(recordingId), { recursive: true, force: true }),
    async fault() {
      try {
        await mkdir(dir, { recursive: true, mode: 0o700 });
        await access(dir, constants.W_OK | constants.X_OK);
        return null;
      } catch {
        return 'the folder of recordings cannot be written';
      }
    },
    async hasRoom() {
      const { bavail, bsize } = await statfs(dir);
      return bavail * bsize >= ROOM_BYTES_MIN;
    },
  };
}

/** Where a part lies. */
export function keyOf(recordingId: string, n: number): string {
  return `${recordingId}/${n}.mp4`;
}

function inStore(key: string): string {
  return `recordings/${key}`;
}
