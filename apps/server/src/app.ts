import type { AddressInfo } from 'node:net';
import { type Access } from './access/index.ts';
import {
  buildHttp,
  createMetrics,
  databaseAnswers,
  openDatabase,
  openHints,
  registerDocs,
  registerHealth,
  listStuck,
  looksOn,
  registerMetrics,
  registerStuckMetric,
  registerWeb,
  silentLog,
  systemClock,
  type App,
  type Clock,
  type Config,
  type Database,
  type Health,
  type Hints,
  type Log,
} from './platform/index.ts';
import { composeModules, type Modules } from './modules.ts';
import type { StandIns } from './stand-ins.ts';
import { prepareDatabase } from './prepare-database.ts';

/** How a server is made. */
export interface ServerOptions {
  config: Config;
  /** Default: the machine's. */
  clock?: Clock;
  /** Default: says nothing. */
  log?: Log;
  /** An open database (it is migrated here, and closed with the server); default: the one that the settings name. */
  database?: Database;
  /** Closed with the server; default: as the settings say. */
  hints?: Hints;
  /** Tests only. */
  standIns?: StandIns;
  /** Done before anybody can ask: what the first request must find. */
  prepare?: (made: { access: Access }) => Promise<void>;
  /** Gives up a start that nobody waits for any more; everything is closed then. */
  signal?: AbortSignal;
}

/** A server that runs. */
export interface Server {
  /** http://address:port, without a slash at its end. */
  url: string;
  port: number;
  config: Config;
  app: App;
  database: Database;
  access: Access;
  hints: Hints;
  modules: Modules;
  /** Resolves when everything that was stored before is folded, charged, told and carried out. */
  caughtUp(): Promise<void>;
  /** Ends in order: nothing new, proofs written, followers, loops, database. */
  close(): Promise<void>;
}

/** So many stuck keys `/readyz` names. */
const NAMED_MAX = 20;

/** Puts the modules together, brings the database up to date, and listens. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { config, clock = systemClock, log = silentLog, signal } = options;
  const database = options.database ?? (await openDatabase(config, log));
  /** What was opened, to be closed in the same order backwards. */
  const opened: (() => Promise<void>)[] = [() => database.close()];
  const close = async (): Promise<void> => {
    for (const end of opened.toReversed()) await end();
  };
  try {
    await prepareDatabase(database);
    signal?.throwIfAborted();
    const hints = options.hints ?? (await openHints(config.redisUrl, log));
    opened.push(() => hints.close());
    const app = await buildHttp({
      config,
      log,
      callerOf: async (request) => (await modules.access.principal(request))?.personId ?? null,
    });
    const metrics = createMetrics();
    const looks = looksOn(database, { isOneNode: !options.hints && !config.redisUrl });
    const ground = { app, config, clock, log, database, hints, metrics, ...looks };
    const modules = await composeModules(ground, options.standIns);
    opened.push(
      () => modules.close(),
      () => app.close(),
      () => modules.stopTaking(),
      // First, so that whoever is sent away comes back to another node.
      async () => void app.server.close(),
    );
    registerMetrics(app, metrics, {
      allow: config.metricsAllow,
      requireKey: (request) => modules.access.requireScope(request, 'metrics:read', 'admin', 'manager'),
    });
    registerDocs(app);
    registerHealth(app, {
      database: async () => ((await databaseAnswers(database)) ? 'ok' : 'unavailable'),
      livekit: () => livekitHealth(config),
      livekitClockIsOff: () => modules.presence.clocks.isOff,
      stuck: async () => (await listStuck(database.db, NAMED_MAX)).map(({ stage, key }) => ({ stage, key })),
    });
    registerStuckMetric(metrics, database.db);
    await registerWeb(app);
    await options.prepare?.({ access: modules.access });
    signal?.throwIfAborted();
    await app.listen({ host: config.host, port: config.port });
    modules.start();
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${reachableHost(config.host)}:${port}`;
    const { access } = modules;
    return {
      url,
      port,
      config,
      app,
      database,
      hints,
      modules,
      access,
      caughtUp: () => modules.caughtUp(),
      close,
    };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

/** A host that this machine reaches us by, when we listen on this one. */
export function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

const ASK_WITHIN_MS = 1_000;

/** Whether the media server answers. Without an address there is none that could. */
export async function livekitHealth({ livekitUrl }: Pick<Config, 'livekitUrl'>): Promise<Health> {
  if (!livekitUrl) return 'unavailable';
  try {
    const { ok } = await fetch(livekitUrl.replace(/^ws/, 'http'), {
      signal: AbortSignal.timeout(ASK_WITHIN_MS),
    });
    return ok ? 'ok' : 'unavailable';
  } catch {
    return 'unavailable';
  }
}
