import type { Access } from '../access/index.ts';
import type { Clock, Db, Log, Module } from '../platform/index.ts';
import type { Realtime, Who } from '../realtime/index.ts';
import { sseRoutes } from './routes.ts';
import { Streams } from './streams.ts';
import { createTickets } from './tickets.ts';

export interface SseDeps {
  readonly realtime: Pick<Realtime, 'hub'>;
  readonly access: Who & Pick<Access, 'endings'>;
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
}

/** The door of server-sent events. */
export function createSse({ realtime: { hub }, access, db, clock, log }: SseDeps): Module {
  const streams = new Streams({ hub, clock, log, endings: access.endings });
  const tickets = createTickets({ db, clock });
  return {
    routes: (app) => sseRoutes(app, { access, clock, hub, streams, tickets }),
    jobs: tickets.jobs,
    stopTaking: async () => streams.endAll(),
    close: async () => streams.close(),
  };
}
