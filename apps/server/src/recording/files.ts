import { constants, createReadStream } from 'node:fs';
import { access, mkdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Files } from './ports.ts';

/** A quarter of an hour of a recording, about; the database needs some of it, too. */
const ROOM_BYTES_MIN = 256 * 1024 * 1024;

/** The folder of recordings: a folder each, a file a part. For its owner only. */
export function folderOfFiles(dir: string): Files {
  const path = (key: string): string => join(dir, key);
  return {
    async place(key) {
      await mkdir(dirname(path(key)), { recursive: true, mode: 0o700 });
      return path(key);
    },
    async size(key) {
      const found = await stat(path(key)).catch(() => null);
      return found?.isFile() ? found.size : null;
    },
    read: (key, range) =>
      createReadStream(path(key), range === undefined ? {} : { start: range.from, end: range.to }),
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
