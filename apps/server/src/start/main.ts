import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { withProgress } from '@latido/tools/progress';
import { createServer, livekitHealth, reachableHost, type Server } from '../app.ts';
import { makeDemoPeople, type DemoDeps } from './demo.ts';
import { giveWelcomeCoins } from '../ledger/index.ts';
import { FACT_LOG } from '../presence/index.ts';
import { doorCommands } from './commands.ts';
import { openDoor } from './operator-door.ts';
import { greetingOf } from './greeting.ts';
import { startMediaServer, type MediaServer } from './media-server.ts';
import {
  createLog,
  giveMemoryBackSoon,
  loadConfig,
  messageOf,
  openDatabase,
  takeLock,
  withDevelopmentSecrets,
  type Config,
  type Database,
  type Log,
} from '../platform/index.ts';
import { StartError, wordsFor } from './start-errors.ts';
import { openStartingPage, type StartingPage } from './starting-page.ts';

const say = (line: string): void => console.log(line);

/** What has to be ended, in this order: nothing may write after the database is closed, nobody may open it before. */
const toEnd: Partial<Record<'door' | 'server' | 'media' | 'lock', () => Promise<void>>> = {};
const gaveUp = new AbortController();

async function main(): Promise<void> {
  const settings = loadConfig(process.env);
  // Nothing of ours lies in the folder when database and media server are elsewhere: nodes may share it then.
  const usesFolder = !settings.databaseUrl || !settings.livekitUrl;
  if (usesFolder) {
    const giveBack = takeLock(join(settings.dataDir, 'database.lock'), settings.dataDir);
    toEnd.lock = async () => giveBack();
  }
  const startingPage = await openStartingPage(settings);
  const { port } = startingPage;
  const publicUrl = settings.publicUrl.replace(/:0$/, `:${port}`);
  const origins = settings.origins.map((origin) => origin.replace(/:0$/, `:${port}`));
  const config = withDevelopmentSecrets({ ...settings, port, publicUrl, origins });
  const log = createLog(config.logLevel);
  const coming = mediaServer(config, log);
  // Whichever fails first is told; the other one must not fail unheard.
  coming.catch(() => undefined);
  const database = await openStore(config, log);
  const media = await coming;
  if (media) config.livekitUrl = media.wsUrl;
  if (media?.metricsUrl && !config.livekitMetricsUrl) config.livekitMetricsUrl = media.metricsUrl;
  const { server, password } = await openServer({ config, log, database, startingPage });
  if (!config.databaseUrl) {
    const commands = doorCommands(database.db, {
      wake: () => server.hints.publish(FACT_LOG),
      check: (wish) => server.modules.collections.checkAttention(wish),
    });
    toEnd.door = await openDoor({ dataDir: config.dataDir, commands, log });
  }
  const livekitAnswers = (await livekitHealth(config)) === 'ok';
  for (const line of greetingOf({ config, media: media?.words, livekitAnswers, password })) say(line);
  giveMemoryBackSoon();
}

/** The database, under our lock; made when it is not there yet. */
async function openStore(config: Config, log: Log): Promise<Database> {
  const isNew = !config.databaseUrl && !existsSync(join(config.databaseDir, 'PG_VERSION'));
  if (isNew) say('Creating the embedded database… (once; about ten seconds)');
  const label = isNew ? 'Creating the embedded database' : 'Opening the database';
  const database = await withProgress({ log: say, label, afterMs: isNew ? 10_000 : 2_000 }, async () => {
    try {
      return await openDatabase(config, log);
    } catch (error) {
      if (config.databaseUrl) throw error;
      const words = `The embedded database in ${config.databaseDir} does not open: ${messageOf(error)}`;
      throw new StartError(words, { cause: error });
    }
  });
  toEnd.server = () => database.close();
  gaveUp.signal.throwIfAborted();
  return database;
}

/** Tables, demo people, HTTP. */
async function openServer(ground: {
  config: Config;
  log: Log;
  database: Database;
  startingPage: StartingPage;
}): Promise<{ server: Server; password: string | undefined }> {
  const { config, database, startingPage } = ground;
  let password: string | undefined;
  const opening = createServer({
    ...ground,
    signal: gaveUp.signal,
    async prepare({ access }) {
      const giveCoins: DemoDeps['giveCoins'] = ({ id }, coins) => giveWelcomeCoins(database.db, id, coins);
      password = await makeDemoPeople({ access, db: database.db, config, giveCoins });
      // The server listens in the next moment.
      await startingPage.close();
    },
  });
  // Told to end while it opens: it gives up by the signal and closes the database itself.
  toEnd.server = () => opening.then((server) => server.close()).catch(() => undefined);
  const server = await withProgress({ log: say, label: 'Preparing tables and demo people' }, () => opening);
  toEnd.server = () => server.close();
  return { server, password };
}

/** The media server beside us, unless the settings name one. Started while the database opens. */
async function mediaServer(config: Config, log: Log): Promise<MediaServer | undefined> {
  if (config.livekitUrl) return undefined;
  const webhookUrl = `http://${reachableHost(config.host)}:${config.port}/api/livekit/webhook`;
  const media = await startMediaServer({ config, webhookUrl, log, say, signal: gaveUp.signal });
  toEnd.media = () => media.stop();
  // We were told to end while it came up.
  if (stopping) await media.stop();
  return media;
}

let stopping: Promise<void> | undefined;

/** Ends in order, once; a second wish ends at once. */
function stop(exitCode: number): Promise<void> {
  stopping ??= (async () => {
    gaveUp.abort();
    for (const end of [toEnd.door, toEnd.server, toEnd.media, toEnd.lock]) {
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

// A terminal that was closed takes no words any more; the end goes on in order all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

process.on('unhandledRejection', (error) => {
  console.error(error);
  void stop(1);
});

main().catch(async (error: unknown) => {
  // What fails because we were told to end is no news.
  if (stopping) return;
  console.error(wordsFor(error, process.env) ?? error);
  await stop(1);
});
