import { Gauge } from 'prom-client';
import type { Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import { InboxFeeds } from './feeds.ts';
import { trimJob } from './jobs.ts';
import { LongPolls } from './long-poll.ts';
import type { Who } from './ports.ts';
import { inboxRoutes } from './routes.ts';
import { countUnread } from './store.ts';

export interface InboxModuleDeps {
  readonly access: Who;
  readonly db: Db;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'inboxKeepMs'>;
}

/** Inboxes at work. */
export interface Inbox extends Module {
  /** What other doors read by. */
  readonly feeds: InboxFeeds;
  /** How many notices a person has not read. */
  countUnread(personId: string): Promise<number>;
}

/** The polling doors, what other doors read by, and the forgetting of what is old. */
export function createInbox(deps: InboxModuleDeps): Inbox {
  const feeds = new InboxFeeds(deps);
  const polls = new LongPolls({ ...deps, feeds });
  return {
    feeds,
    countUnread: (personId) => countUnread(deps.db, personId),
    routes: (app) => inboxRoutes(app, { ...deps, polls }),
    metrics(registry) {
      feeds.register(registry);
      new Gauge({
        name: 'latido_polls_waiting',
        help: 'Polls of inboxes that are held back on this node until there is something to tell.',
        registers: [registry],
        collect() {
          this.set(polls.count);
        },
      });
    },
    jobs: [trimJob({ ...deps, keepMs: deps.config.inboxKeepMs })],
    stopTaking: async () => polls.answerAll(),
    close: () => feeds.close(),
  };
}
