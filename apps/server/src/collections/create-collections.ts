import type { AttentionChecked } from '@latido/protocol';
import type { Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import { checkAttention, type CheckWish } from './check.ts';
import type { Announce, Who } from './ports.ts';
import { closeBroken } from './imports/broken.ts';
import { importRoutes } from './imports/import-routes.ts';
import { collectionsRoutes } from './routes.ts';
import { workRoutes } from './work-routes.ts';

const BROKEN_EVERY_MS = 30_000;
/**
 * So often a node asks whether the check is due. Oftener than it is: what a node that died left untold, and what was missed while none was
 * there, waits a minute and not an hour.
 */
const DUE_EVERY_MS = 60_000;

export interface CollectionsDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'collections'>;
  /** Where whoever is connected now is told, beside the inbox. */
  readonly hub: () => { broadcast: Announce };
}

/** The module, and its check for whoever wants it made now. */
export interface Collections extends Module {
  checkAttention(wish: CheckWish): Promise<AttentionChecked | null>;
}

/** Credits at work: routes, and the hourly check of which need somebody. */
export function createCollections({ config, hub, ...ground }: CollectionsDeps): Collections {
  const announce: Announce = (...event) => hub().broadcast(...event);
  const deps = { ...ground, announce, settings: config.collections };
  return {
    checkAttention: (wish) => checkAttention(deps, wish),
    async routes(app) {
      collectionsRoutes(app, deps);
      workRoutes(app, deps);
      await importRoutes(app, deps);
    },
    jobs: [
      { name: 'imports that broke off', everyMs: BROKEN_EVERY_MS, run: () => closeBroken(deps) },
      {
        name: 'credits that need attention',
        everyMs: DUE_EVERY_MS,
        async run() {
          const checked = await checkAttention(deps, { ifDue: true });
          if (checked) deps.log.info(checked, 'credits were checked');
        },
      },
    ],
  };
}
