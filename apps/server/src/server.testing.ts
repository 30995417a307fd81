/** For tests only: the whole server as the start makes it, against the test kit's fake LiveKit, by the machine's clock. */
import type { Role } from '@latido/protocol';
import { startFakeLivekit } from '@latido/testkit';
import { createServer, type Server } from './app.ts';
import { giveWelcomeCoins, walletOf } from './ledger/index.ts';
import { loadConfig, type App } from './platform/index.ts';
import type { TestDatabases } from './platform/testing.ts';

/** Somebody who is signed in. */
export interface Guest {
  readonly personId: string;
  readonly headers: Record<string, string>;
}

const KEY = 'devkey';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
const password = 'correct horse';

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

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
  const config = loadConfig({
    PORT: '0',
    LATIDO_AUTH_SECRET: 'x'.repeat(40),
    LIVEKIT_URL: fake.wsUrl,
    LIVEKIT_METRICS_URL: fake.metricsUrl,
    LIVEKIT_API_KEY: KEY,
    LIVEKIT_API_SECRET: SECRET,
  });
  const server = await createServer({ config, database: await kind.open() });
  const { db } = server.database;
  http.app = server.app;
  return {
    ...server,
    ...server.modules,
    fake,
    db,
    person: (name: string, roles: Role[], coins = 0n) => signedIn(server, { name, roles, coins }),
    wallet: async (personId: string) => await walletOf(db, personId),
    async close() {
      await server.close();
      await fake.stop();
    },
  };
}

async function signedIn(
  { access, app, database }: Server,
  { name, roles, coins }: { name: string; roles: Role[]; coins: bigint },
): Promise<Guest> {
  const email = `${name}@demo.test`;
  const { id } = await access.createAccount({ name, email, password, roles });
  if (coins > 0n) await giveWelcomeCoins(database.db, id, coins);
  const payload = { email, password };
  const answer = await app.inject({ method: 'POST', url: '/api/auth/sign-in/email', payload });
  return { personId: id, headers: { authorization: `Bearer ${String(answer.headers['set-auth-token'])}` } };
}
