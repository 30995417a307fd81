import type { Registry } from 'prom-client';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database, Db } from './database.ts';
import type { Stage } from './stage.ts';
import type { Hints } from './hints.ts';
import type { App } from './http.ts';
import type { Log } from './log.ts';
import type { Job } from './loop.ts';
import type { Carrier } from './outbox-places.ts';

/** What every module stands on. */
export interface Ground {
  readonly app: App;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  /** The same database, as statements take it. */
  readonly db: Db;
  readonly hints: Hints;
  /** Resolves when every stage has folded what is in the log now; what is due is not charged by that. */
  readonly caughtUp: () => Promise<void>;
  /**
   * How often to look for what hints tell at once, where nobody else writes to the database: a hint within one process is
   * not lost. Absent where there may be other nodes; each loop then looks as often as a lost hint may cost.
   */
  readonly lookEveryMs?: number;
}

/**
 * What a module gives to the server that puts it together; all of it is optional. In the order of its life: routes,
 * stages, carriers and metrics are taken once, `start` and the jobs come when the server listens, `stopTaking` when it
 * ends, `close` last.
 */
export interface Module {
  /** Registers the module's routes. */
  routes?(app: App): void | Promise<void>;
  /** Followers of the log of facts. */
  readonly stages?: readonly Stage[];
  readonly jobs?: readonly Job[];
  /** Who carries out commands of the outbox, by topic. */
  readonly carriers?: Readonly<Record<string, Carrier>>;
  metrics?(registry: Registry): void;
  /** Browsers and LiveKit can reach us from now on. */
  start?(): void;
  /** Resolves when what the module was given until now is in its rows, or on its way to those whom it concerns. */
  caughtUp?(): Promise<void>;
  /** Takes nothing new: sockets are let go, what is in memory is written. */
  stopTaking?(): Promise<void>;
  /** Ends what still runs. */
  close?(): Promise<void>;
}
