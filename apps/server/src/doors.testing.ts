/** For tests only: the product's server with people who need no account, for the doors of the hub. */
import type { NoticePayload } from '@latido/protocol';
import { sql } from 'kysely';
import type { Access, Principal } from './access/index.ts';
import { createServer } from './app.ts';
import { hintRecipients, notify } from './inbox/index.ts';
import { loadConfig, problem, type Clock, type Database, type Hints } from './platform/index.ts';
import type { StandIns } from './stand-ins.ts';

export const reverb = { appId: 'latido', key: 'key', secret: '5f0d9a6b27c84e13b6d2098f7a41ce35' };
const person = (name: string, role: Principal['roles'][number]): Principal => ({
  personId: `person_${name.toLowerCase()}`,
  name,
  email: null,
  roles: [role],
  locale: 'en',
  externalId: name === 'Carol' ? '7' : null,
  via: 'bearer',
  sessionId: null,
  isGuest: false,
  scopes: [],
});
const people: Record<string, Principal> = {
  alice: person('Alice', 'client'),
  bob: person('Bob', 'model'),
  carol: person('Carol', 'collector'),
  dora: person('Dora', 'mentor'),
  admin: { ...person('Ada', 'admin'), personId: 'person_admin' },
};

/** As many clients as a test wants: `guest7`, who is `person_guest7`. */
const guest = (token: string): Principal | null =>
  /^guest\d+$/.test(token) ? person(token, 'client') : null;

/** Ivy, whose token `until1700000000000` is good until then. */
function passing(token: string): Principal | null {
  const [, until] = /^until(\d+)$/.exec(token) ?? [];
  return until === undefined ? null : { ...person('Ivy', 'client'), until: Number(until) };
}

/** Who is behind a bearer token: no account, no password. As `nobody knows`, the database is away. */
const principalFromHeaders: Access['principalFromHeaders'] = async ({ authorization }) => {
  const token = authorization?.slice('Bearer '.length) ?? '';
  if (token === 'nobody knows') throw problem('database.unavailable', 'The database cannot be reached.');
  return people[token] ?? guest(token) ?? passing(token);
};
const access: Partial<Access> = {
  principal: ({ headers }) => principalFromHeaders(headers, ''),
  principalFromHeaders,
};

const secret = '8a1f6c0e93b74d25a7e1c4f09d3b6852';
const settings = {
  NODE_ENV: 'production',
  PORT: '0',
  LATIDO_HOST: '127.0.0.1',
  LATIDO_PUBLIC_URL: 'http://localhost',
  LATIDO_ORIGINS: 'https://good.example',
  LATIDO_AUTH_SECRET: secret,
  // Nobody answers there: no call is made.
  LIVEKIT_URL: 'ws://127.0.0.1:9',
  LIVEKIT_API_KEY: 'key',
  LIVEKIT_API_SECRET: secret,
  // Who is gone is told at once, but where a test is about that.
  LATIDO_MEMBERS_LINGER_MS: '0',
  REVERB_APP_ID: reverb.appId,
  REVERB_APP_KEY: reverb.key,
  REVERB_APP_SECRET: reverb.secret,
};

export interface DoorsOptions {
  readonly clock?: Clock;
  readonly hints?: Hints;
  readonly subscriptionCount?: boolean;
  /** Settings that differ from those of every such server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** The server on a free port; `Authorization: Bearer alice` is alice. It leaves the database open. */
export async function startDoors(database: Database, more: StandIns['realtime'] & DoorsOptions = {}) {
  const { db } = database;
  const { clock, hints: given, subscriptionCount = false, settings: own = {}, ...realtime } = more;
  const server = await createServer({
    config: loadConfig({
      ...settings,
      ...(subscriptionCount ? { LATIDO_SUBSCRIPTION_COUNT: '1' } : {}),
      ...own,
    }),
    database: { ...database, close: async () => undefined },
    standIns: { access, realtime, idle: true },
    ...(clock === undefined ? {} : { clock }),
    ...(given === undefined ? {} : { hints: given }),
  });
  const { app, port, url, hints, modules } = server;
  return {
    db,
    app,
    port,
    modules,
    hints,
    url,
    /** Tells somebody something and publishes the hint, unless it is to be lost. */
    async tell(recipientId: string, key: string, { lost = false } = {}): Promise<void> {
      await db
        .transaction()
        .execute((tx) =>
          notify(tx, { recipientId, dedupKey: key, type: 'call.partner_left', payload: leftNamed(key) }),
        );
      if (!lost) hintRecipients(hints, [recipientId]);
    },
    close: () => server.close(),
  };
}

/** A call between alice and bob. */
export async function aCall(database: Database, callId: string): Promise<void> {
  await sql`insert into calls.call (id, room_name, livekit_room) values (${callId}, ${callId}, ${callId})`.execute(
    database.db,
  );
  await sql`insert into calls.call_person (call_id, person_id, role)
    values (${callId}, 'person_alice', 'payer'), (${callId}, 'person_bob', 'earner')`.execute(database.db);
}

/** A partner who left, called so: what tests tell notices apart by. */
export function leftNamed(name: string): NoticePayload<'call.partner_left'> {
  const at = '2026-01-05T10:01:00.000Z';
  const call = { callId: 'call_told', roomName: 'blue', personId: 'person_zoe', name };
  return { ...call, reason: 'left', state: 'left', at, graceUntil: null };
}
