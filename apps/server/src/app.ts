import type { AddressInfo } from 'node:net';
import { type Access } from './access/index.ts';
import {
  buildHttp,
  createMetrics,
  databaseAnswers,
  migrate,
  openDatabase,
  openHints,
  registerDocs,
  registerHealth,
  registerMetrics,
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

/** How a server is made. */
export interface ServerOptions {
  config: Config;
  /** Default: the machine's. */
  clock?: Clock;
  /** Default: says nothing. */
  log?: Log;
  /** An open database (it is migrated here, and closed with the server); default: the one that the settings name. */
  database?: Database;
  /** Done before anybody can ask: what the first request must find. */
  prepare?: (made: { access: Access; database: Database; modules: Modules }) => Promise<void>;
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
  drain(): Promise<void>;
  /** Ends in order: nothing new, proofs written, followers, loops, database. */
  close(): Promise<void>;
}

/** Puts the modules together, brings the database up to date, and listens. */
export async function createServer(options: ServerOptions): Promise<Server> {
  const { config, clock = systemClock, log = silentLog } = options;
  const database = options.database ?? (await openDatabase(config, log));
  try {
    await migrate(database);
    const hints = await openHints(config.redisUrl, log);
    const app = await buildHttp({ config, log });
    const metrics = createMetrics();
    const modules = await composeModules({ app, config, clock, log, database, hints, metrics });
    registerMetrics(app, metrics);
    registerDocs(app);
    registerHealth(app, {
      database: async () => ((await databaseAnswers(database)) ? 'ok' : 'unavailable'),
      livekit: () => livekitHealth(config),
    });
    await registerWeb(app);
    await options.prepare?.({ access: modules.access, database, modules });
    await app.listen({ host: config.host, port: config.port });
    const { port } = app.server.address() as AddressInfo;
    const url = `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`;
    return {
      url,
      port,
      config,
      app,
      database,
      hints,
      modules,
      access: modules.access,
      drain: () => modules.drain(),
      async close() {
        await modules.stopTaking();
        await app.close();
        await modules.close();
        await hints.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

const ASK_WITHIN_MS = 1_000;

/** Whether the media server answers. Without an address there is none that could. */
async function livekitHealth({ livekitUrl }: Config): Promise<Health> {
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
