/** For tests only: the whole server as the start makes it, against the test kit's fake LiveKit, by the machine's clock. */
import type { Role } from '@latido/protocol';
import { startFakeLivekit, type FakeLivekit } from '@latido/testkit';
import { quickPasswords } from './quick-passwords.testing.ts';
import { createServer, type Server } from './app.ts';
import { giveWelcomeCoins, walletOf } from './ledger/index.ts';
import { loadConfig, type App, type Config, type Env } from './platform/index.ts';
import type { TestDatabases } from './platform/testing.ts';

/** Somebody who is signed in. */
export interface Guest {
  readonly personId: string;
  readonly headers: Record<string, string>;
}

/** A webhook as LiveKit posts it. */
export interface Posted {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** How the fake LiveKit and the server know each other. */
export const liveKitKeys = { apiKey: 'devkey', apiSecret: 'a-secret-of-at-least-32-characters-xx' };
const password = 'correct horse';

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;

/** Starts it all; `close` ends it all. */
export async function startTestServer(kind: TestDatabases, more: Env = {}) {
  const http: { app?: App } = {};
  const fake = await startFakeLivekit({
    ...liveKitKeys,
    webhookUrls: ['http://server/api/livekit/webhook'],
    post: async (posted) => ({ status: http.app ? await deliver(http.app, posted) : 503, retryAfter: null }),
  });
  const config = configFor(fake, { LIVEKIT_METRICS_URL: fake.metricsUrl, ...more });
  const server = await createServer({
    config,
    database: await kind.open(),
    standIns: { passwords: quickPasswords },
  });
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

/** The settings of a server beside a fake LiveKit. */
export function configFor({ wsUrl }: Pick<FakeLivekit, 'wsUrl'>, more: Env = {}): Config {
  return loadConfig({
    PORT: '0',
    LATIDO_AUTH_SECRET: 'x'.repeat(40),
    LIVEKIT_URL: wsUrl,
    LIVEKIT_API_KEY: liveKitKeys.apiKey,
    LIVEKIT_API_SECRET: liveKitKeys.apiSecret,
    ...more,
  });
}

/** Posts a webhook; gives its status. */
export async function deliver(app: App, { body, headers }: Posted): Promise<number> {
  const url = '/api/livekit/webhook';
  return (await app.inject({ method: 'POST', url, payload: Buffer.from(body), headers })).statusCode;
}

/** Makes somebody an account, gives coins, and signs them in. */
export async function signedIn(
  { access, app, database }: Server,
  {
    name,
    roles,
    coins,
    email = `${name}@demo.test`,
  }: { name: string; roles: Role[]; coins: bigint; email?: string },
): Promise<Guest> {
  const { id } = await access.createAccount({ name, email, password, roles });
  if (coins > 0n) await giveWelcomeCoins(database.db, id, coins);
  const payload = { email, password };
  const answer = await app.inject({ method: 'POST', url: '/api/auth/sign-in/email', payload });
  return { personId: id, headers: { authorization: `Bearer ${String(answer.headers['set-auth-token'])}` } };
}
