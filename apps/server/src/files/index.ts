export { folderStore } from './folder-store.ts';
export { openFileStore } from './open-store.ts';
export { sendFile, type SentFile } from './send-file.ts';
export type { ByteSpan, FileStore, Stored } from './store.ts';
