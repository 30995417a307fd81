import { fileErased, filesToErase, keyOf, removeOldFiles } from './files.ts';
import type { ChatDeps } from './ports.ts';

/** A file that was sent with no message for so long was left by whoever sent it, or never arrived. */
const UNSENT_MS = 3_600_000;

/** Deletes what has to go, row first and bytes after: a store that is away is asked again (CHAT-15). */
export async function eraseFiles(deps: ChatDeps): Promise<void> {
  const { db, clock, config, log } = deps;
  const now = clock.now();
  await removeOldFiles(db, {
    sentBefore: new Date(now - config.files.keepMs),
    unsentBefore: new Date(now - UNSENT_MS),
    at: new Date(now),
  });
  for (const id of await filesToErase(db)) {
    try {
      await eraseFile(deps, id);
    } catch (error) {
      log.warn({ err: error }, 'files of chats are deleted later');
      return;
    }
  }
}

/** Deletes the bytes of a file whose row says that it goes. */
export async function eraseFile(
  { db, clock, store }: Pick<ChatDeps, 'db' | 'clock' | 'store'>,
  id: string,
): Promise<void> {
  await store.remove(keyOf(id));
  await fileErased(db, { id, at: new Date(clock.now()) });
}
