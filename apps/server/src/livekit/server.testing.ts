/** For tests only: the edge with the modules under it, against the test kit's fake LiveKit. */
import type { Fact } from '@latido/core';
import type { Role } from '@latido/protocol';
import { startFakeLivekit } from '@latido/testkit';
import type { Access } from '../access/index.ts';
import { createAccess } from '../access/index.ts';
import { callRoutes, callsOfPeople, callsOfRooms, callsOfRoomsSql, callsStage } from '../calls/index.ts';
import { grant, openAccounts, walletOf } from '../ledger/index.ts';
import { createLastTick, createMeterOf, createMetering, startPaidCall } from '../metering/index.ts';
import type { App, Config, Database } from '../platform/index.ts';
import {
  buildHttp,
  loadConfig,
  memoryHints,
  silentLog,
  startFollowers,
  startOutbox,
  systemClock,
} from '../platform/index.ts';
import type { TestDatabases } from '../platform/testing.ts';
import { appendFacts, createPresence, keepUnreadable, readFacts, setCallLookup } from '../presence/index.ts';
import type { Livekit } from './index.ts';
import { createLivekit, createRoomService } from './index.ts';

/** Somebody who is signed in. */
export interface Guest {
  readonly personId: string;
  readonly headers: Record<string, string>;
}

const KEY = 'devkey';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
const password = 'correct horse';

/** Starts it all; `close` ends it all. */
export async function startTestServer(kind: TestDatabases) {
  const http: { app?: App } = {};
  const fake = await startFakeLivekit({
    apiKey: KEY,
    apiSecret: SECRET,
    webhookUrls: ['http://server/api/livekit/webhook'],
    post: async ({ body, headers }) => {
      const url = '/api/livekit/webhook';
      const answer = await http.app?.inject({ method: 'POST', url, payload: Buffer.from(body), headers });
      return { status: answer?.statusCode ?? 503, retryAfter: null };
    },
  });
  const database = await kind.open();
  const config: Config = loadConfig({
    LATIDO_AUTH_SECRET: 'x'.repeat(40),
    LIVEKIT_URL: fake.wsUrl,
    LIVEKIT_METRICS_URL: fake.metricsUrl,
    LIVEKIT_API_KEY: KEY,
    LIVEKIT_API_SECRET: SECRET,
  });
  const app = await buildHttp({ config, log: silentLog });
  http.app = app;
  const access = createAccess({
    database,
    config,
    log: silentLog,
    onPersonCreated: (tx, { id, roles }) => openAccounts(tx, { personId: id, roles }).then(() => undefined),
  });
  access.routes(app);
  const edge = await startEdge({ config, database, access, app });
  return {
    ...edge,
    fake,
    config,
    app,
    db: database.db,
    person: (name: string, roles: Role[], coins = 0n) =>
      signedIn({ access, app, database }, { name, roles, coins }),
    wallet: async (personId: string) => await walletOf(database.db, personId),
    async close() {
      await edge.stop();
      await app.close();
      await database.close();
      await fake.stop();
    },
  };
}

/** @see startTestServer */
export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

interface Ground {
  readonly config: Config;
  readonly database: Database;
  readonly access: Access;
  readonly app: App;
}

async function startEdge({ config, database, access, app }: Ground) {
  const { db } = database;
  const log = silentLog;
  const clock = systemClock;
  const hints = memoryHints(log);
  const rooms = createRoomService(config, log);
  const presence = createPresence({ db, hints, clock, log, config, ports: { pollRoom: rooms.pollRoom } });
  setCallLookup(callsOfRooms, callsOfPeople, callsOfRoomsSql);
  const followed = (): Promise<void> => followers.drain();
  const metering = createMetering({ db, clock, hints, log, config, presence, followed });
  const stages = [presence.stage, callsStage({ graceMs: config.graceMs, hints }), metering.stage];
  const followers = startFollowers<Fact>({ db, hints, log, topic: 'presence.fact', read: readFacts, stages });
  const settle = async (): Promise<void> => {
    await followers.drain();
    await metering.drain();
    await followers.drain();
  };
  const lastTick = createLastTick({ db, clock, log, settle });
  const meterOf = createMeterOf(clock);
  const invited: { recipientId: string; url: string }[] = [];
  const restarts: number[] = [];
  const livekit: Livekit = createLivekit({
    config,
    db,
    hints,
    clock,
    log,
    access,
    rooms,
    meterOf,
    lastTick,
    settle,
    store: { appendFacts, keepUnreadable },
    issueTicket: (claims) => presence.issueTicket(claims),
    startPaidCall: (asked) => startPaidCall({ db, clock }, asked),
    tellInvited: async (invitation) => void invited.push(invitation),
    livekitRestarted: (at) => void restarts.push(at),
  });
  await livekit.routes(app);
  callRoutes(app, { access, db, hints, clock, meterOf, lastTick, settle });
  await app.ready();
  presence.listening();
  const stop = async () => {
    await livekit.close();
    await metering.close();
    await presence.close();
    await followers.close();
  };
  const outbox = startOutbox({ db, log, clock, carriers: livekit.carriers });
  const jobs = { db, hints, clock, log, graceMs: config.graceMs, settle };
  return {
    livekit,
    rooms,
    presence,
    settle,
    invited,
    restarts,
    outbox,
    jobs,
    stop: async () => {
      await outbox.close();
      await stop();
    },
  };
}

async function signedIn(
  { access, app, database }: Omit<Ground, 'config'>,
  { name, roles, coins }: { name: string; roles: Role[]; coins: bigint },
): Promise<Guest> {
  const email = `${name}@demo.test`;
  const { id } = await access.createAccount({ name, email, password, roles });
  if (coins > 0n) {
    await database.db.transaction().execute(async (tx) => {
      const wallet = await walletOf(tx, id);
      if (wallet)
        await grant(tx, {
          accountId: wallet.accountId,
          coins,
          kind: 'gift',
          idemKey: `gift:${id}`,
          actor: 'test',
        });
    });
  }
  const answer = await app.inject({
    method: 'POST',
    url: '/api/auth/sign-in/email',
    payload: { email, password },
  });
  return { personId: id, headers: { authorization: `Bearer ${String(answer.headers['set-auth-token'])}` } };
}
