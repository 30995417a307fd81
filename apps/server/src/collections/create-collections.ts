import type { Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import { checkAttention } from './check.ts';
import type { Announce, Who } from './ports.ts';
import { collectionsRoutes } from './routes.ts';

const CHECK_EVERY_MS = 3_600_000;

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

/** Credits at work: routes, and the hourly check of which need somebody. */
export function createCollections({ config, hub, ...ground }: CollectionsDeps): Module {
  const announce: Announce = (...event) => hub().broadcast(...event);
  const deps = { ...ground, announce, settings: config.collections };
  return {
    routes: (app) => collectionsRoutes(app, deps),
    jobs: [
      {
        name: 'credits that need attention',
        everyMs: CHECK_EVERY_MS,
        async run() {
          const checked = await checkAttention(deps);
          if (checked) deps.log.info(checked, 'credits were checked');
        },
      },
    ],
  };
}
