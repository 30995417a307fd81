/** A server of its own process for the bench: `ours`, `following` (ours with the followers), `naive` or `whole`. */
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fact } from '@latido/core';
import { sql } from 'kysely';
import { WebhookReceiver } from 'livekit-server-sdk';
import {
  createWebhookInbox,
  WebhookCounters,
  webhookRoutes,
} from '../../../apps/server/src/livekit/index.ts';
import type { Config, Database } from '../../../apps/server/src/platform/index.ts';
import {
  buildHttp,
  loadConfig,
  memoryHints,
  migrate,
  openDatabase,
  silentLog,
  startFollowers,
  systemClock,
} from '../../../apps/server/src/platform/index.ts';
import {
  appendFacts,
  keepUnreadable,
  presenceStage,
  readFacts,
} from '../../../apps/server/src/presence/index.ts';
import { KEY, SECRET } from './bodies.ts';

const mode = process.argv[2] ?? 'ours';
// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

if (mode === 'whole') await serveWhole();
else await serveRoute();

/** The whole product, as `npm start` runs it, without a media server. */
async function serveWhole(): Promise<void> {
  const { createServer: createLatido } = await import('../../../apps/server/src/app.ts');
  const { url } = await createLatido({ config: loadConfig(process.env) });
  process.send?.({ url });
}

async function serveRoute(): Promise<void> {
  const config = loadConfig(process.env);
  const database = await openDatabase(config, silentLog);
  await migrate(database);
  await sql`create table if not exists bench_naive (id text primary key, event text, body jsonb)`.execute(
    database.db,
  );
  const url = mode === 'naive' ? await serveNaive(database) : await serveOurs(config, database);
  process.send?.({ url });
}

async function serveOurs(config: Config, database: Database): Promise<string> {
  const { db } = database;
  const log = silentLog;
  const clock = systemClock;
  const hints = memoryHints(log);
  const counters = new WebhookCounters();
  if (mode === 'following') {
    startFollowers<Fact>({
      db,
      hints,
      log,
      topic: 'presence.fact',
      read: readFacts,
      stages: [presenceStage],
    });
  }
  const app = await buildHttp({ config, log });
  const store = { appendFacts, keepUnreadable };
  const inbox = createWebhookInbox({ db, hints, clock, log, counters, store });
  await webhookRoutes(app, { config, clock, log, counters, inbox });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** What people write first: the SDK verifies, one insert a webhook, on a bare http server. */
async function serveNaive({ db }: Database): Promise<string> {
  const receiver = new WebhookReceiver(KEY, SECRET);
  const server = createServer(async (request, response) => {
    try {
      const body = await textOf(request);
      const event = await receiver.receive(body, request.headers.authorization);
      await sql`insert into bench_naive (id, event, body) values (${event.id}, ${event.event}, ${body}::jsonb)
        on conflict do nothing`.execute(db);
      response.writeHead(200).end('ok');
    } catch {
      response.writeHead(500).end('no');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
