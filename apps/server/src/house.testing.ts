/** For tests only: the whole server as main makes it, on a clock that only the test moves. */
import type { Role } from '@latido/protocol';
import { startFakeLivekit, VirtualClock, type FakeLivekit } from '@latido/testkit';
import { sql } from 'kysely';
import { createServer, type Server } from './app.ts';
import type { Clock, Database, Db, Env, Hints, TimerHandle } from './platform/index.ts';
import type { TestDatabases } from './platform/testing.ts';
import type { StandIns } from './stand-ins.ts';
import { quickPasswords } from './quick-passwords.testing.ts';
import { configFor, deliver, liveKitKeys, signedIn, type Guest, type Posted } from './server.testing.ts';

export type { Guest };

/** A step of time: everything that it brings is done before the next one. */
const STEP_S = 20;

/** What becomes of a webhook on its way: carried at once (the default), later, or never. */
export type OnTheWay = (posted: Posted, deliver: () => Promise<number>) => Promise<number>;

/** Server, media server and clock; `restart` ends the server and makes it again on the same database. */
export class House {
  readonly clock = new VirtualClock(Math.floor(Date.now() / 1000) * 1000);
  readonly posted: Posted[] = [];
  /** How far the media server's clock is ahead; behind is negative. */
  skewMs = 0;
  /** What `Date` says on the media server's answers (epoch ms), or null for none; by itself its own clock. */
  date: () => number | null = () => this.clock.now() + this.skewMs;
  onTheWay: OnTheWay = (_posted, deliver) => deliver();
  fake!: FakeLivekit;
  server!: Server;
  readonly #kind: TestDatabases;
  readonly #standIns: StandIns;
  readonly #env: Env;
  readonly #hints: (() => Hints) | undefined;
  #database!: Database;

  /** Where it is `idle`, time brings nothing by itself, and half an hour passes at once; `settled` does what modules do of theirs. */
  constructor(
    kind: TestDatabases,
    { env = {}, hints, ...standIns }: StandIns & { env?: Env; hints?: () => Hints } = {},
  ) {
    this.#kind = kind;
    this.#hints = hints;
    this.#standIns = standIns;
    this.#env = env;
  }

  async open(): Promise<this> {
    const { clock } = this;
    this.fake = await startFakeLivekit({
      clock: {
        ...serverClock(clock),
        now: () => clock.now() + this.skewMs,
        during: (work) => clock.during(work),
      },
      ...liveKitKeys,
      date: () => this.date(),
      webhookUrls: ['http://latido/api/livekit/webhook'],
      post: ({ body, headers }) => {
        this.posted.push({ body, headers });
        const carried = this.onTheWay({ body, headers }, () => this.deliver({ body, headers }));
        const answer = carried.then((status) => ({ status, retryAfter: null }));
        clock.during(answer);
        return answer;
      },
    });
    this.#database = await this.#kind.open();
    await this.start();
    return this;
  }

  async start(): Promise<void> {
    // The database outlives the server that is restarted.
    const database = { ...this.#database, close: () => Promise.resolve() };
    const config = configFor(this.fake, this.#env);
    const clock = serverClock(this.clock);
    const hints = this.#hints?.();
    this.server = await createServer({
      config,
      clock,
      database,
      standIns: { passwords: quickPasswords, ...this.#standIns },
      ...(hints ? { hints } : {}),
    });
  }

  get db(): Db {
    return this.#database.db;
  }

  async restart(): Promise<void> {
    // What is injected into a server that closes is never answered; a connection would be refused.
    await this.fake.webhooksIdle();
    await this.server.close();
    await this.start();
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.fake.stop();
    await this.#database.close();
  }

  /** Posts a webhook; gives its status. */
  deliver = (posted: Posted): Promise<number> => deliver(this.server.app, posted);

  invite(name: string, role: Role, coins = 100n): Promise<Guest> {
    return signedIn(this.server, { name, roles: [role], coins: role === 'client' ? coins : 0n });
  }

  get = async (url: string, who: Guest) =>
    (await this.server.app.inject({ url, headers: who.headers })).json();

  post = async (url: string, who: Guest, payload: object) =>
    (await this.server.app.inject({ method: 'POST', url, payload, headers: who.headers })).json();

  /** Everything that has happened is carried, folded, charged and told. */
  settled = async (): Promise<void> => {
    await this.fake.webhooksIdle();
    await this.server.caughtUp();
  };

  /** Time passes in steps, everything done before the next one. */
  async pass(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= STEP_S) {
      await this.clock.advance(Math.min(left, STEP_S) * 1_000);
      await this.settled();
    }
  }

  /** All that is derived from the facts, as text: a rebuild must give the same. */
  async derived(): Promise<Record<string, string>> {
    const { rows } = await sql<Record<string, string>>`
      select (select jsonb_agg(i order by participant_sid) from presence.interval i)::text as intervals,
             (select jsonb_agg(c order by id) from calls.call c)::text as calls,
             (select jsonb_agg(r order by call_id, room_sid) from calls.call_room r)::text as rooms,
             (select jsonb_agg(d order by meter_id, unit_index) from metering.due d)::text as dues,
             (select jsonb_agg(j order by no) from ledger.journal j)::text as journal,
             (select jsonb_agg(b order by account_id) from ledger.balance b)::text as balances`.execute(
      this.#database.db,
    );
    return rows[0] ?? {};
  }
}

/** The house's clock, as the server takes it. */
export function serverClock(clock: VirtualClock): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    setTimeout: (run, ms) => clock.setTimeout(run, ms) as TimerHandle,
    clearTimeout: (timer) => clock.clearTimeout(timer),
  };
}

/** Where a browser gets in with a token, and as whom. */
export function grantOf(token: string): { room: string; name: string } {
  const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    name: string;
    video: { room: string };
  };
  return { room: claims.video.room, name: claims.name };
}
