import type { Clock, Config, Db, Log, Module } from '../platform/index.ts';
import { trimJob } from './jobs.ts';
import type { Who } from './ports.ts';
import { inboxRoutes } from './routes.ts';

export interface InboxModuleDeps {
  readonly access: Who;
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'inboxKeepMs'>;
}

/** The polling door, and the forgetting of what is old. */
export function createInbox(deps: InboxModuleDeps): Module {
  return {
    routes: (app) => inboxRoutes(app, deps),
    jobs: [trimJob({ ...deps, keepMs: deps.config.inboxKeepMs })],
  };
}
