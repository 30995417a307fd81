import type { Config } from '../platform/index.ts';
import { folderStore } from './folder-store.ts';
import { s3Store } from './s3-store.ts';
import type { FileStore } from './store.ts';

/** The store that the settings name. */
export function openFileStore({ files: { dir, s3 } }: Pick<Config, 'files'>): FileStore {
  return s3 ? s3Store(s3) : folderStore(dir);
}
