/** For tests only: attendance with a database and a log of its own, and people who sign in. */
import type { Fact, NewFact } from '@latido/core';
import type { Role } from '@latido/protocol';
import { afterAll, beforeAll } from 'vitest';
import { createAccess } from '../access/index.ts';
import { quickPasswords } from '../quick-passwords.testing.ts';
import { messagesIn } from '../chat/index.ts';
import type { App, Database } from '../platform/index.ts';
import { buildHttp, loadConfig, memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock, type TestDatabases } from '../platform/testing.ts';
import { appendAndHint, FACT_LOG, presenceStage, readFacts } from '../presence/index.ts';
import { createAttendance } from './index.ts';

export const T0 = Date.parse('2026-01-05T10:00:00Z');
/** So many seconds later (epoch ms). */
export const at = (s: number): number => T0 + s * 1000;

const config = loadConfig({ LATIDO_AUTH_SECRET: 'x'.repeat(40) });
const password = 'correct horse';
const PEOPLE = { alice: 'client', bob: 'model', dora: 'mentor', eve: 'mentee', ada: 'admin' } as const;

/** Of whom a webhook tells, in which room. */
interface Webhook {
  readonly room?: string;
  readonly roomSid?: string;
  readonly sid: string;
  readonly participant: {
    identity: string;
    name?: string;
    kind?: string;
    attributes?: Record<string, string>;
  };
}

let count = 0;

/** What LiveKit says of somebody's coming or going, after so many seconds. */
export function webhook(
  type: 'joined' | 'left',
  s: number,
  { room = 'salon', roomSid = 'RM_1', sid, participant }: Webhook,
): NewFact {
  count += 1;
  return {
    source: 'webhook',
    type: `participant_${type}`,
    sourceEventId: `EV_${count}`,
    roomName: room,
    roomSid,
    participantSid: sid,
    identity: participant.identity,
    occurredAt: at(s),
    receivedAt: at(s),
    payload: { participant: { ...participant, sid, state: 'ACTIVE', disconnectReason: 'CLIENT_INITIATED' } },
  };
}

/** Its server, ten minutes after {@link T0}. `ids` and `tokens` by name. */
export class AttendanceHouse {
  database!: Database;
  app!: App;
  readonly ids: Record<string, string> = {};
  readonly tokens: Record<string, string> = {};
  readonly #clock = new ManualClock(at(600));
  readonly #hints = memoryHints(silentLog);

  async open(store: TestDatabases): Promise<void> {
    this.database = await store.open();
    const { database } = this;
    this.app = await buildHttp({ config, log: silentLog });
    const access = createAccess({ database, config, log: silentLog, passwords: quickPasswords });
    access.routes(this.app);
    const caughtUp = (): Promise<void> => Promise.resolve();
    const deps = { access, db: database.db, clock: this.#clock, caughtUp, messagesIn };
    await createAttendance(deps).routes?.(this.app);
    await this.app.ready();
    for (const [name, role] of Object.entries(PEOPLE)) await this.#signUp(access, name, role);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.#hints.close();
    await this.database.close();
  }

  async #signUp(access: ReturnType<typeof createAccess>, name: string, role: Role): Promise<void> {
    const email = `${name}@demo.test`;
    this.ids[name] = (await access.createAccount({ name, email, password, roles: [role] })).id;
    const answer = await this.app.inject({
      method: 'POST',
      url: '/api/auth/sign-in/email',
      payload: { email, password },
    });
    this.tokens[name] = `Bearer ${String(answer.headers['set-auth-token'])}`;
  }

  /** Stores facts, and reads them into intervals. */
  fold = async (facts: readonly NewFact[]): Promise<void> => {
    const ground = { db: this.database.db, hints: this.#hints };
    await appendAndHint(ground, facts);
    const followed = { topic: FACT_LOG, read: readFacts, stages: [presenceStage] };
    const followers = startFollowers<Fact>({ ...ground, log: silentLog, clock: this.#clock, ...followed });
    await followers.caughtUp();
    await followers.close();
  };

  /** `who`: a name, or what is sent as `authorization`; nobody by default. */
  get = (url: string, who = '', headers: Record<string, string> = {}) =>
    this.app.inject({
      url,
      headers: { ...(who === '' ? {} : { authorization: this.tokens[who] ?? who }), ...headers },
    });
}

/** One for all tests of a file. */
export function attendanceHouse(store: TestDatabases): AttendanceHouse {
  const house = new AttendanceHouse();
  beforeAll(() => house.open(store));
  afterAll(() => house.close());
  return house;
}
