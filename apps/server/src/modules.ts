import type { Fact } from '@latido/core';
import type { Registry } from 'prom-client';
import { createAccess, type Access } from './access/index.ts';
import { attendanceRoutes } from './attendance/index.ts';
import {
  callById,
  callForPerson,
  callRoutes,
  callsOfPeople,
  callsOfRooms,
  callsOfRoomsSql,
  callsStage,
  callState,
  startCallJobs,
} from './calls/index.ts';
import { grant, ledgerRoutes, openAccount, openAccounts } from './ledger/index.ts';
import { createLivekit, createRoomService } from './livekit/index.ts';
import {
  createLastTick,
  createMetering,
  createMeterOf,
  meteringRoutes,
  startPaidCall,
  type LowBalance,
} from './metering/index.ts';
import {
  hintRecipients,
  notificationRoutes,
  notificationsStage,
  notify,
  startInboxJobs,
} from './notifications/index.ts';
import {
  startFollowers,
  startOutbox,
  type App,
  type Clock,
  type Config,
  type Database,
  type Followers,
  type Hints,
  type Log,
  type Loop,
  type Tx,
} from './platform/index.ts';
import {
  appendFacts,
  createPresence,
  FACT_LOG,
  keepUnreadable,
  presenceRoutes,
  readFacts,
  setCallLookup,
} from './presence/index.ts';
import { auditRoutes } from './api/index.ts';
import { createRealtime } from './realtime/index.ts';

/** What the modules stand on. */
export interface Ground {
  app: App;
  config: Config;
  clock: Clock;
  log: Log;
  database: Database;
  hints: Hints;
  metrics: Registry;
}

/** The modules at work. */
export interface Modules {
  access: Access;
  /** Gives a person coins, once for a person. */
  giveCoins(personId: string, coins: bigint): Promise<void>;
  /** Browsers and LiveKit can reach us now: who is silent is judged, what is due is charged. */
  start(): void;
  /** Resolves when everything that was stored before is folded, charged, told and carried out. */
  drain(): Promise<void>;
  /** Nothing new is taken: sockets let go, proofs written. */
  stopTaking(): Promise<void>;
  /** Followers, loops and the outbox end. */
  close(): Promise<void>;
}

/** The one place where modules meet: lower ranks first, influence upward by followers only. */
export async function composeModules(ground: Ground): Promise<Modules> {
  const domain = composeDomain(ground);
  const edges = composeEdges(ground, domain);
  const { access, presence, metering, followers } = domain;
  const { livekit, realtime } = edges;
  domain.edge.livekitAnswers = () => livekit.webhookHealth().livekit.isUp;
  await registerRoutes(ground, { ...domain, ...edges });
  const { log, clock, hints, config } = ground;
  const { db } = ground.database;
  const outbox = startOutbox({ db, log, clock, carriers: livekit.carriers });
  const { settle } = domain;
  const jobs: Loop[] = [];
  return {
    access,
    giveCoins: (personId, coins) => giveCoins(ground, personId, coins),
    start() {
      presence.listening();
      metering.start();
      livekit.start();
      jobs.push(
        startCallJobs({ db, hints, clock, log, graceMs: config.graceMs, settle }),
        startInboxJobs({ db, clock, log, keepMs: config.inboxKeepMs }),
      );
    },
    async drain() {
      await presence.idle();
      await settle();
      await outbox.drain();
      await realtime.idle();
    },
    async stopTaking() {
      await livekit.close();
      await realtime.drain(0);
      await presence.close();
    },
    async close() {
      await Promise.all(jobs.map((job) => job.close()));
      await followers.drain().catch(() => undefined);
      await metering.close();
      await followers.close();
      await outbox.close();
      await realtime.close();
    },
  };
}

/** Ranks 1 to 5: what decides and remembers. */
function composeDomain(ground: Ground) {
  const { config, clock, log, database, hints } = ground;
  const { db } = database;
  const access = createAccess({ database, config, log, onPersonCreated: openWallets });
  const rooms = createRoomService(config, log);
  setCallLookup(callsOfRooms, callsOfPeople, callsOfRoomsSql);
  const presence = createPresence({
    db,
    hints,
    clock,
    log,
    config,
    ports: { pollRoom: (name) => rooms.pollRoom(name) },
  });
  // Metering asks the followers to catch up, and is one of them.
  let followers: Followers;
  const followed = (): Promise<void> => followers.drain();
  const warn = (tx: Tx, step: LowBalance): Promise<void> => warnPayer(tx, step, clock);
  const warned = (ids: readonly string[]): void => hintRecipients(hints, ids);
  // Known by the edge, which is made after this.
  const edge = { livekitAnswers: () => true };
  const metering = createMetering({
    db,
    clock,
    hints,
    log,
    config,
    presence,
    followed,
    warn,
    warned,
    livekitAnswers: () => edge.livekitAnswers(),
  });
  const stages = [
    presence.stage,
    callsStage({ graceMs: config.graceMs, hints }),
    notificationsStage({ hints, clock }),
    metering.stage,
  ];
  followers = startFollowers<Fact>({ db, hints, log, clock, topic: FACT_LOG, read: readFacts, stages });
  /** Everything that is stored now is folded, and what is due is charged. */
  const settle = async (): Promise<void> => {
    await followers.drain();
    await metering.drain();
    await followers.drain();
  };
  const lastTick = createLastTick({ db, clock, log, settle });
  const meterOf = createMeterOf(clock);
  return { access, rooms, presence, metering, followers, settle, lastTick, meterOf, edge };
}

type Domain = ReturnType<typeof composeDomain>;

/** Rank 7: LiveKit on the one side, browsers on the other. */
function composeEdges(ground: Ground, domain: Domain) {
  const { app, config, clock, log, database, hints } = ground;
  const { db } = database;
  const { access, rooms, presence, meterOf, lastTick, settle } = domain;
  const livekit = createLivekit({
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
    livekitRestarted: (at) => presence.livekitRestarted(at),
    async tellInvited({ recipientId, ...payload }) {
      const dedupKey = `invited:${payload.callId}:${payload.personId}`;
      await db
        .transaction()
        .execute((tx) => notify(tx, { recipientId, dedupKey, type: 'call.invited', payload }, clock));
      hintRecipients(hints, [recipientId]);
    },
  });
  const realtime = createRealtime({
    server: app.server,
    config,
    db,
    clock,
    hints,
    log,
    access,
    presence,
    async callStateFor(callId, viewerId) {
      return (await callById(db, callId)) ? await callState({ db, clock, meterOf }, callId, viewerId) : null;
    },
  });
  return { livekit, realtime };
}

async function registerRoutes(
  ground: Ground,
  parts: Domain & ReturnType<typeof composeEdges>,
): Promise<void> {
  const { app, clock, hints, metrics } = ground;
  const { db } = ground.database;
  const { access, presence, livekit, realtime, meterOf, lastTick, settle } = parts;
  access.routes(app);
  ledgerRoutes(app, { access, db, hints, lastTick });
  await presenceRoutes(app, presence);
  callRoutes(app, { access, db, hints, clock, meterOf, lastTick, settle });
  meteringRoutes(app, { access, db, meterOf, lastTick });
  attendanceRoutes(app, {
    access,
    db,
    clock,
    calls: { callForPerson, callById },
    settle: () => parts.followers.drain(),
  });
  notificationRoutes(app, { access, db, clock });
  await livekit.routes(app);
  realtime.routes(app);
  auditRoutes(app, { access, db });
  presence.registerMetrics(metrics);
  livekit.registerMetrics(metrics);
}

async function openWallets(
  tx: Tx,
  person: { id: string; roles: Parameters<typeof openAccounts>[1]['roles'] },
): Promise<void> {
  await openAccounts(tx, { personId: person.id, roles: person.roles });
}

async function giveCoins({ database }: Ground, personId: string, coins: bigint): Promise<void> {
  await database.db.transaction().execute(async (tx) => {
    const accountId = await openAccount(tx, personId, 'wallet');
    await grant(tx, { accountId, coins, kind: 'gift', idemKey: `welcome:${personId}`, actor: 'system' });
  });
}

async function warnPayer(tx: Tx, step: LowBalance, clock: Clock): Promise<void> {
  const { callId, payerId, meterId, finalAt, stepMs, leftMs } = step;
  const call = await callById(tx, callId);
  const payload = { callId, roomName: call?.roomName ?? '', finalAt: finalAt.toISOString(), leftMs };
  const dedupKey = `low:${meterId}:${finalAt.getTime()}:${stepMs}`;
  await notify(tx, { recipientId: payerId, dedupKey, type: 'call.low_balance', payload }, clock);
}
