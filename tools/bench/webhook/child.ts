/** A server of its own process for the bench: `naive`, `route` (our webhook route alone) or `whole` (the product). */
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { WebhookReceiver } from 'livekit-server-sdk';
import {
  createWebhookInbox,
  WebhookCounters,
  webhookRoutes,
} from '../../../apps/server/src/livekit/index.ts';
import type { App, Config, Database } from '../../../apps/server/src/platform/index.ts';
import {
  buildHttp,
  giveMemoryBackSoon,
  loadConfig,
  memoryHints,
  migrate,
  openDatabase,
  silentLog,
  systemClock,
} from '../../../apps/server/src/platform/index.ts';
import { appendFacts, keepUnreadable, LivekitClocks } from '../../../apps/server/src/presence/index.ts';
import { KEY, SECRET } from './bodies.ts';
import { makePair, noticeMs } from './notices.ts';

const mode = process.argv[2] ?? 'route';
// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

if (mode === 'whole') await serveWhole();
else await serveRoute();

/** The whole product, as `npm start` runs it, without a media server. Asked whether it has `caughtUp`, it says when all is folded. */
async function serveWhole(): Promise<void> {
  const { createServer: createLatido } = await import('../../../apps/server/src/app.ts');
  const server = await createLatido({ config: loadConfig(process.env) });
  const { hints } = server;
  const { db } = server.database;
  let pair: Awaited<ReturnType<typeof makePair>> | undefined;
  answer({
    caughtUp: () => server.caughtUp(),
    async call() {
      pair = await makePair({ db, hints });
      await server.caughtUp();
    },
    async hangUp() {
      if (pair === undefined) throw new Error('nobody is in a call');
      return await noticeMs({ db, hints }, pair);
    },
  });
  // As main.ts does.
  giveMemoryBackSoon();
  process.send?.({ url: server.url });
}

/** Does what the bench asks for, and answers. */
function answer(doings: Readonly<Record<string, () => Promise<unknown>>>): void {
  process.on('message', ({ id, asked }: { id: number; asked: string }) => {
    void doings[asked]?.().then((result) => process.send?.({ id, result }));
  });
}

async function serveRoute(): Promise<void> {
  const config = loadConfig(process.env);
  const database = await openDatabase(config, silentLog);
  await migrate(database);
  const url = mode === 'naive' ? await serveNaive(config, database) : await serveOurs(config, database);
  process.send?.({ url });
}

async function serveOurs(config: Config, database: Database): Promise<string> {
  const { db } = database;
  const log = silentLog;
  const clock = systemClock;
  const hints = memoryHints(log);
  const counters = new WebhookCounters();
  const app = await buildHttp({ config, log });
  const store = { appendFacts, keepUnreadable };
  const inbox = createWebhookInbox({
    db,
    hints,
    clock,
    log,
    counters,
    store,
    clocks: new LivekitClocks(log),
  });
  await webhookRoutes(app, { config, clock, log, counters, inbox });
  return await listening(app);
}

/**
 * What people write first, on the same HTTP server and into a table that has every name in each row: the SDK verifies,
 * one insert a webhook.
 */
async function serveNaive(config: Config, { db }: Database): Promise<string> {
  await sql`create table if not exists bench_naive (like presence.fact_told, primary key (seq), unique (source, source_event_id))`.execute(
    db,
  );
  for (const column of ['call_id', 'participant_sid', 'room_name'])
    await sql`create index if not exists ${sql.id(`bench_naive_${column}`)} on bench_naive (${sql.id(column)}, seq)`.execute(
      db,
    );
  await sql`create sequence if not exists bench_naive_seq`.execute(db);
  const receiver = new WebhookReceiver(KEY, SECRET);
  const app = await buildHttp({ config, log: silentLog });
  // Without the security headers that only browsers read, as on our own route.
  const options: object = { helmet: false };
  app.post('/api/livekit/webhook', options, async (request) => {
    const body = (request.body as Buffer).toString();
    const { id, event, room, participant, createdAt } = await receiver.receive(
      body,
      request.headers.authorization,
    );
    await sql`insert into bench_naive (seq, source, source_event_id, room_name, room_sid, participant_sid, identity, type,
        occurred_at, received_at, payload)
      values (nextval('bench_naive_seq'), 'webhook', ${id}, ${room?.name ?? ''}, ${room?.sid ?? null},
        ${participant?.sid ?? null}, ${participant?.identity ?? null}, ${event},
        ${new Date(Number(createdAt) * 1000)}::timestamptz, ${new Date()}::timestamptz, ${body}::jsonb)
      on conflict do nothing`.execute(db);
    return { ok: true };
  });
  return await listening(app);
}

async function listening(app: App): Promise<string> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}
