import type { Module } from '../platform/index.ts';
import { notesDoor } from './door.ts';
import { Pages } from './pages.ts';
import type { NotesDeps } from './ports.ts';
import { MAY_WRITE_HINT, notesRoutes } from './routes.ts';
import { versionRoutes } from './version-routes.ts';
import { keepDueVersions } from './versions.ts';
import { Pen, putLongPagesTogether } from './write.ts';

/** A lost hint, and a seat that was given back, are noticed so late at most. */
const LOOK_EVERY_MS = 5_000;
/** A version comes so late at most. */
const VERSIONS_EVERY_MS = 10_000;
const TOGETHER_EVERY_MS = 30_000;

/** Shared notes: the socket of editors, the pages that are open here, versions and files of them. */
export function createNotes(deps: NotesDeps): Module {
  const pen = new Pen(deps);
  const pages = new Pages(deps, pen);
  const stops: (() => void)[] = [];
  const { access, log } = deps;
  const again = (whom: Parameters<Pages['judgeAgain']>[0]): void => {
    pages.judgeAgain(whom).catch((error: unknown) => log.warn({ err: error }, 'readers are judged again'));
  };
  return {
    routes(app) {
      const { doors, hub } = deps.realtime();
      doors.add(notesDoor(deps, pages));
      stops.push(
        hub.onTerminate((personId) => again(({ holder }) => holder.personId === personId)),
        deps.hints.subscribe(MAY_WRITE_HINT, (id) => again(({ holder }) => holder.bookingId === id)),
        access.endings.subscribe(() => pages.endThose((holder) => access.endings.isEnded(holder))),
      );
      notesRoutes(app, deps, pages);
      versionRoutes(app, deps, pages);
    },
    jobs: [
      { name: 'notes of other nodes', everyMs: LOOK_EVERY_MS, run: () => pages.look() },
      { name: 'versions of notes', everyMs: VERSIONS_EVERY_MS, run: () => keepDueVersions(deps) },
      { name: 'long notes', everyMs: TOGETHER_EVERY_MS, run: () => putLongPagesTogether(deps) },
    ],
    async caughtUp() {
      await pen.caughtUp();
      await pages.look();
      await keepDueVersions(deps);
      await putLongPagesTogether(deps);
    },
    async stopTaking() {
      pages.letGo();
      await pen.caughtUp();
    },
    async close() {
      for (const stop of stops) stop();
      pages.close();
    },
  };
}
