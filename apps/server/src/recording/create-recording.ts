import type { Module } from '../platform/index.ts';
import { builtInEngine } from './engine.ts';
import { fileRoute } from './file-route.ts';
import { folderOfFiles } from './files.ts';
import { keepLeft } from './keep.ts';
import type { RecordingDeps } from './ports.ts';
import { recordingRoutes } from './routes.ts';
import { RECORDING_HINT, Recordings } from './work.ts';

/** Who comes, goes or stays silent is noticed so late at most. */
const LOOK_EVERY_MS = 1_000;
/** While none is open: a word that one is wakes us, and may be lost. */
const NONE_LOOK_EVERY_MS = 5_000;
const EXPIRE_EVERY_MS = 60_000;

/** Calls kept as files, by the yes of everybody in them. */
export function createRecording(deps: RecordingDeps): Module {
  const { config, hints, log } = deps;
  const engine = deps.engine ?? builtInEngine(deps);
  const files = { ...folderOfFiles(config.recordings.dir, deps.store), ...deps.files };
  const recordings = new Recordings(deps, { engine, files });
  const unsubscribe = hints.subscribe(RECORDING_HINT, () => {
    recordings.look().catch((error: unknown) => log.warn({ err: error }, 'recordings are looked at again'));
  });
  return {
    routes(app) {
      recordingRoutes(app, deps, recordings);
      fileRoute(app, deps, recordings);
    },
    jobs: [
      {
        name: 'recordings',
        everyMs: () => (recordings.areNone ? NONE_LOOK_EVERY_MS : LOOK_EVERY_MS),
        run: () => recordings.look(),
      },
      {
        name: 'recordings that nobody wrote down',
        everyMs: EXPIRE_EVERY_MS,
        run: () => recordings.writeLeft(),
      },
      { name: 'recordings that are old', everyMs: EXPIRE_EVERY_MS, run: () => recordings.expire() },
      {
        name: 'recordings for the bucket',
        everyMs: EXPIRE_EVERY_MS,
        run: () => keepLeft(deps, recordings.files),
      },
    ],
    async caughtUp() {
      await recordings.writeLeft();
      await recordings.caughtUp();
      await recordings.expire();
      await keepLeft(deps, recordings.files);
    },
    stopTaking: () => recordings.letGo(),
    async close() {
      unsubscribe();
    },
  };
}
