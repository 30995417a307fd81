import { existsSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server } from './app.ts';
import { DEMO_PEOPLE, makeDemoPeople, type DemoDeps } from './demo.ts';
import { startMediaServer, type MediaServer } from './media-server.ts';
import {
  AppError,
  ConfigError,
  createLog,
  giveMemoryBackSoon,
  loadConfig,
  LockedError,
  messageOf,
  MigrationError,
  openDatabase,
  takeLock,
  VERSION,
  withDevelopmentSecrets,
  type Config,
  type Log,
} from './platform/index.ts';

const say = (line: string): void => console.log(line);

/** Something that the person at the terminal can put right; one sentence, no stack. */
class StartError extends Error {}

/** What has to be ended, in this order: nothing may write after the database is closed, nobody may open it before. */
const toEnd: { server?: () => Promise<void>; media?: () => Promise<void>; lock?: () => Promise<void> } = {};
const gaveUp = new AbortController();

async function main(): Promise<void> {
  const settings = loadConfig(process.env);
  // Nothing of ours lies in the folder when database and media server are elsewhere: nodes may share it then.
  const usesFolder = !settings.databaseUrl || !settings.livekitUrl;
  if (usesFolder) {
    const giveBack = takeLock(join(settings.dataDir, 'database.lock'), settings.dataDir);
    toEnd.lock = async () => giveBack();
  }
  const port = await freePort(settings);
  const publicUrl = settings.publicUrl.replace(/:0$/, `:${port}`);
  const origins = settings.origins.map((origin) => origin.replace(/:0$/, `:${port}`));
  const config = withDevelopmentSecrets({ ...settings, port, publicUrl, origins });
  const log = createLog(config.logLevel);
  const media = mediaServer(config, log);
  // Whichever fails first is told; the other one must not fail unheard.
  media.catch(() => undefined);
  const { server, password } = await openServer(config, log, media);
  greet(server, { password, media: await media });
  giveMemoryBackSoon();
}

async function openServer(
  config: Config,
  log: Log,
  media: Promise<MediaServer | undefined>,
): Promise<{ server: Server; password: string | undefined }> {
  if (!config.databaseUrl && !existsSync(join(config.databaseDir, 'PG_VERSION'))) {
    say('Creating the embedded database… (once; about ten seconds)');
  }
  const database = await openDatabase(config, log);
  toEnd.server = () => database.close();
  const running = await media;
  if (running) config.livekitUrl = running.wsUrl;
  if (running?.metricsUrl && !config.livekitMetricsUrl) config.livekitMetricsUrl = running.metricsUrl;
  let password: string | undefined;
  const server = await createServer({
    config,
    log,
    database,
    async prepare({ access, modules }) {
      const giveCoins: DemoDeps['giveCoins'] = (person, coins) => modules.giveCoins(person.id, coins);
      password = await makeDemoPeople({ access, db: database.db, config, giveCoins });
    },
  });
  toEnd.server = () => server.close();
  return { server, password };
}

/** The media server beside us, unless the settings name one. Started while the database opens. */
async function mediaServer(config: Config, log: Log): Promise<MediaServer | undefined> {
  if (config.livekitUrl) return undefined;
  const webhookUrl = `http://127.0.0.1:${config.port}/api/livekit/webhook`;
  const media = await startMediaServer({ config, webhookUrl, log, say, signal: gaveUp.signal });
  toEnd.media = () => media.stop();
  // We were told to end while it came up.
  if (stopping) await media.stop();
  return media;
}

/** The port that we shall listen on, tried before anything is opened. */
function freePort({ port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createTcpServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `The port ${port} is taken by another program: end it, or set PORT to another one.`;
      reject(
        new StartError(
          error.code === 'EADDRINUSE' ? taken : `Cannot listen on ${host}:${port}: ${error.message}.`,
        ),
      );
    });
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}

function greet(
  { config, database }: Server,
  { password, media }: { password?: string | undefined; media?: MediaServer | undefined },
): void {
  say('');
  say(`  Latido ${VERSION} is ready: ${config.publicUrl}`);
  say(`  LiveKit   ${media?.words ?? config.livekitUrl}`);
  say(`  Database  ${database.kind === 'pglite' ? `embedded, in ${config.databaseDir}` : 'Postgres'}`);
  say(`  API       ${config.publicUrl}/docs`);
  if (password !== undefined) {
    say('  Demo people, all with the password ' + password);
    for (const { email, role, coins } of DEMO_PEOPLE)
      say(`    ${email.padEnd(17)} ${role}${coins > 0n ? `, ${coins} coins` : ''}`);
  }
  say('');
}

let stopping: Promise<void> | undefined;

/** Ends in order, once; a second wish ends at once. */
function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    gaveUp.abort();
    for (const end of [toEnd.server, toEnd.media, toEnd.lock]) {
      try {
        await end?.();
      } catch (error) {
        console.error(messageOf(error));
      }
    }
    process.exit(exitCode);
  })();
  return stopping;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(130);
    void stop(0);
  });
}

process.on('unhandledRejection', (error) => {
  console.error(error);
  void stop(1);
});

main().catch(async (error: unknown) => {
  const isForPeople =
    error instanceof StartError ||
    error instanceof ConfigError ||
    error instanceof LockedError ||
    error instanceof MigrationError ||
    error instanceof AppError;
  console.error(isForPeople ? (error instanceof AppError ? error.detail : error.message) : error);
  await stop(1);
});
