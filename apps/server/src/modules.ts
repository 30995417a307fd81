import type { Fact } from '@latido/core';
import type { Registry } from 'prom-client';
import { createAccess, type OnPersonCreated } from './access/index.ts';
import { createApi } from './api/index.ts';
import { createAttendance } from './attendance/index.ts';
import { callStateFor, createCalls } from './calls/index.ts';
import { createCashier } from './cashier/index.ts';
import { createChat, messagesIn } from './chat/index.ts';
import { createCollections } from './collections/index.ts';
import { openFileStore } from './files/index.ts';
import { createInbox } from './inbox/index.ts';
import { createLedger, openAccounts } from './ledger/index.ts';
import { createLivekit, createRoomService, openRoomFor, recordersBy } from './livekit/index.ts';
import { createMatching } from './matching/index.ts';
import { createMentoring, handsIn as hands, sessionStandings as sessions } from './mentoring/index.ts';
import { createMetering, moneyOf, type Metering } from './metering/index.ts';
import { createNotes } from './notes/index.ts';
import { createNotifications } from './notifications/index.ts';
import { startFollowers, startLoop, startOutbox, type Ground, type Module } from './platform/index.ts';
import { createPresence, FACT_LOG, readFacts } from './presence/index.ts';
import { createPush } from './push/index.ts';
import { createPusher } from './pusher/index.ts';
import { createRealtime } from './realtime/index.ts';
import { createRecording } from './recording/index.ts';
import { createSocketIo } from './socket-io/index.ts';
import { createSse } from './sse/index.ts';
import type { StandIns } from './stand-ins.ts';

/** The modules at work. */
export interface Modules extends Omit<ReturnType<typeof makeModules>, 'inOrder'> {
  /** Browsers and LiveKit can reach us now: who is silent is judged, what is due is charged. */
  start(): void;
  /** Resolves when everything that was stored before is folded, charged, told and carried out. */
  caughtUp(): Promise<void>;
  /** Nothing new is taken: sockets let go, proofs written. */
  stopTaking(): Promise<void>;
  /** Followers, loops and the outbox end. */
  close(): Promise<void>;
}

/**
 * The one place where modules meet: each stands on those above it in the list, by what they export. Influence the other
 * way comes by a follower of the log, or by a port that the lower one declares (a `() =>` below).
 */
function makeModules(ground: Ground, standIns: StandIns) {
  const inOrder: Module[] = [];
  const add = <T extends Module>(module: T): T => {
    inOrder.push(module);
    return module;
  };
  const rooms = createRoomService(ground.config, ground.log);
  const money = moneyOf(() => metering);
  const onPersonCreated: OnPersonCreated = (tx, { id, roles }) => openAccounts(tx, { personId: id, roles });
  const access = add(
    Object.assign(
      createAccess({ ...ground, onPersonCreated, passwords: standIns.passwords }),
      standIns.access,
    ),
  );
  add(createLedger({ ...ground, ...money, access }));
  const inbox = add(createInbox({ ...ground, access }));
  const presence = add(createPresence({ ...ground, endings: access.endings, ports: rooms }));
  add(createCalls({ ...ground, ...money, access }));
  add(createAttendance({ ...ground, access, messagesIn }));
  const livekitAnswers = (): boolean => livekit.webhookHealth().livekit.isUp;
  const metering: Metering = add(createMetering({ ...ground, access, presence, rooms, livekitAnswers }));
  const hub = () => realtime.hub;
  const store = openFileStore(ground.config);
  add(createChat({ ...ground, access, hub, rooms, store }));
  add(createNotes({ ...ground, access, sessions, realtime: () => realtime }));
  const recorders = recordersBy(ground, standIns.recorder);
  const files = standIns.recordingFiles;
  add(createRecording({ ...ground, ...recorders, access, hub, store, hands, files }));
  add(createNotifications(ground));
  add(createCashier({ ...ground, access }));
  const collections = add(createCollections({ ...ground, access, hub }));
  const ticket = openRoomFor(ground.config, rooms);
  add(createMatching({ ...ground, ...money, access, ticket, hub }));
  add(createMentoring({ ...ground, access, rooms, hub }));
  const livekit = add(createLivekit({ ...ground, access, rooms, presence }));
  const states = { presence, inbox, callStateFor: callStateFor({ ...ground, ...money }) };
  const realtime = add(
    createRealtime({ ...ground, server: ground.app.server, ...states, ...standIns.realtime }),
  );
  const pusher = add(createPusher({ ...ground, access, realtime }));
  const push = add(createPush({ ...ground, access }));
  add(createSse({ ...ground, access, realtime }));
  add(createSocketIo({ ...ground, access, realtime }));
  add(createApi({ ...ground, ...money, access, presence, rooms, hub: hub() }));
  return { inOrder, access, collections, presence, livekit, rooms, realtime, pusher, push };
}

/** Puts the modules together. */
export async function composeModules(
  given: Omit<Ground, 'db' | 'caughtUp'> & { metrics: Registry },
  standIns: StandIns = {},
): Promise<Modules> {
  const { app, clock, log, database, metrics } = given;
  const { db } = database;
  const ground: Ground = { ...given, db, caughtUp: () => followers.caughtUp() };
  const { inOrder, ...made } = makeModules(ground, standIns);
  const stages = inOrder.flatMap((module) => module.stages ?? []);
  const followers = startFollowers<Fact>({ ...ground, topic: FACT_LOG, read: readFacts, stages });
  for (const module of inOrder) {
    await module.routes?.(app);
    module.metrics?.(metrics);
  }
  const carriers = Object.assign({}, ...inOrder.map((module) => module.carriers ?? {}));
  const outbox = startOutbox({ ...ground, carriers, keepMs: ground.config.outboxKeepMs });
  const jobs = [...outbox.jobs, ...inOrder.flatMap((module) => module.jobs ?? [])];
  const loops: { close(): Promise<void> }[] = [];
  const backwards = inOrder.toReversed();
  return {
    ...made,
    start() {
      if (standIns.idle) return;
      for (const module of inOrder) module.start?.();
      for (const job of jobs) loops.push(startLoop({ ...job, log, clock }));
    },
    async caughtUp() {
      for (const module of inOrder) await module.caughtUp?.();
      await outbox.caughtUp();
    },
    async stopTaking() {
      for (const module of backwards) await module.stopTaking?.();
    },
    async close() {
      await Promise.all(loops.map((loop) => loop.close()));
      await followers.caughtUp().catch(() => undefined);
      for (const module of backwards) await module.close?.();
      await followers.close();
      await outbox.close();
    },
  };
}
