import { keyOf } from './files.ts';
import type { Files, RecordingDeps } from './ports.ts';
import { partsOf } from './store.ts';

/** Hands finished parts of recordings to the bucket; one that does not answer is asked again by {@link keepLeft}. What was deleted meanwhile is not kept. */
export async function keepParts(
  { db, log }: Pick<RecordingDeps, 'db' | 'log'>,
  files: Files,
  ids: readonly string[],
): Promise<void> {
  for (const { recordingId, n, endedAt } of await partsOf(db, ids)) {
    if (endedAt === null) continue;
    await files
      .keep(keyOf(recordingId, n))
      .catch((error: unknown) =>
        log.warn({ err: error, recording_id: recordingId, part: n }, 'a recording is kept here for now'),
      );
  }
}

/** What a bucket that was away has not got yet. */
export async function keepLeft(deps: Pick<RecordingDeps, 'db' | 'log'>, files: Files): Promise<void> {
  const ids = await files.left();
  if (ids.length > 0) await keepParts(deps, files, ids);
}
