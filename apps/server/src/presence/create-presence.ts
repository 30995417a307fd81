import type { Duplex } from 'node:stream';
import type { Fact } from '@latido/core';
import { FREE_BEAT_EVERY_MS, PAID_BEAT_EVERY_MS } from '@latido/core';
import type { Registry as Metrics } from 'prom-client';
import type { WebSocket } from 'ws';
import type { Endings } from '../access/index.ts';
import type { App, Clock, Config, Db, Hints, Log, Module, Stage } from '../platform/index.ts';
import { newId } from '../platform/index.ts';
import { startBeacons } from './beacons.ts';
import { BetweenNodes } from './between-nodes.ts';
import { openRooms } from './claims.ts';
import { Connection } from './connection.ts';
import { Detector, proofsOf, type DetectorDeps } from './detector.ts';
import { LastProofs } from './last-proofs.ts';
import { LivekitClocks } from './livekit-clocks.ts';
import { witnessOf, type LivekitWitness } from './livekit-witness.ts';
import { Latencies } from './latencies.ts';
import { Outages } from './outages.ts';
import type { PresencePorts } from './ports.ts';
import { startPulse } from './pulse.ts';
import { Reconciler } from './reconcile.ts';
import { Registry } from './registry.ts';
import { RemovedFromCalls } from './removed.ts';
import { createFlushing } from './flush-proofs.ts';
import { presenceRoutes } from './routes.ts';
import { FactWriter } from './fact-writer.ts';
import type { PresenceSnapshot } from './snapshot.ts';
import { snapshotOf } from './snapshot.ts';
import { startTakingOver } from './take-over.ts';
import { ticketsOf, type TicketClaims } from './tickets.ts';
import { startTimeline } from './timeline.ts';

export interface PresenceDeps {
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Pick<Config, 'authSecret'> & Partial<Pick<Config, 'livekitApiKey'>>;
  readonly ports: PresencePorts;
  /** Sessions that were ended: their tickets are refused, their sockets closed. */
  readonly endings?: Pick<Endings, 'isEnded' | 'subscribe'>;
  /** How often to look whether another node has folded; default: a second. */
  readonly lookEveryMs?: number;
}

/** The living part of presence on this node: sockets, detector, polls. */
export interface Presence extends Module {
  /** The follower of the log, which also tells the detector at once what it has folded. */
  readonly stages: readonly [Stage<Fact>];
  /** How far the clocks of LiveKit are off. */
  readonly clocks: LivekitClocks;
  /** Until when LiveKit's participants were there, by our own clock. */
  readonly witness: LivekitWitness;
  /** `POST /api/v1/presence/beacon`. */
  routes(app: App): Promise<void>;
  /** Signs the ticket of a presence socket; good for two hours. Who is there is given fresh ones on the socket (PRES-F24). */
  issueTicket(claims: TicketClaims): string;
  /** How often a socket with such a ticket must beat. */
  beatEveryMs(claims: Pick<TicketClaims, 'paid'>): number;
  /** The claims of a ticket, or null when it is forged or too old, or its session was ended. */
  readTicket(ticket: string): TicketClaims | null;
  /** Browsers can reach us from now on: ten seconds later silence counts. */
  start(): void;
  /** Takes over a socket whose ticket was read; the realtime edge calls it after the upgrade. */
  accept(socket: WebSocket, claims: TicketClaims, stream?: Duplex): void;
  /**
   * A page says that it goes. The token is good once, and for the sid that it was made for; a second use changes nothing.
   * @throws AppError auth.refused for a token that is forged, too old, or of another sid
   */
  beacon(token: string, where: { roomSid: string; participantSid: string }): Promise<void>;
  /**
   * Writes all proofs of some calls, on this node and on every other that lives, however slow it is, and takes over
   * what dead ones had written into the table; resolves after the commits.
   * @throws Error when it cannot be known who is alive, or presence has closed
   */
  flushProofs(callIds: readonly string[]): Promise<void>;
  /**
   * Of calls with a due unit: writes the proofs of those people that reach its instant (epoch ms), on every node that lives;
   * their own beats into the table of last proofs, what only a partner saw into the log. Gives the calls that may reach it now.
   */
  flushReaching(due: ReadonlyMap<string, number>): Promise<string[]>;
  /** Takes over what other nodes, dead or alive, had written of these calls into the table; waits for none of them. */
  adoptProofs(callIds: readonly string[]): Promise<void>;
  /**
   * Calls of which LiveKit alone could say who is there, and has not: since our start, or since it was away; and those that
   * such people left, until units are laid by it (`laidTo`: up to where in the log they are). Null while it is not known yet
   * which they are.
   */
  unwitnessed(laidTo: () => Promise<bigint>): Promise<string[] | null>;
  /** Whether LiveKit answers, when that changes: while it does not, nobody is to blame for not being heard (PRES-F18). */
  livekitAnswers(does: boolean): void;
  /**
   * LiveKit began anew at this instant (epoch ms): old sids close once lists lack them, with the last media that came, at
   * the latest when the old one answered last (`aliveAt`).
   */
  livekitRestarted(at: number, aliveAt?: number): void;
  /** Whether everybody was read and nobody is there, on whatever node. */
  isEmpty(): boolean;
  /** Asks LiveKit about a room as soon as possible: a webhook was lost, or somebody wonders. */
  pollSoon(roomName: string): void;
  /** What this node knows, for /admin. */
  snapshot(): PresenceSnapshot;
  metrics(registry: Metrics): void;
  /** Resolves when all that was heard is committed, and what the database said is taken over. */
  caughtUp(): Promise<void>;
  /** Writes what is proved and lets go of the sockets; nobody is judged after it. */
  stopTaking(): Promise<void>;
}

/** Starts presence on this node. Nobody is judged before ten seconds of {@link Presence.start}. */
export function createPresence(deps: PresenceDeps): Presence {
  const parts = assemble(deps);
  const {
    registry,
    beacons,
    lastProofs,
    factWriter,
    detector,
    reconciler,
    latencies,
    connections,
    takeOver,
    caughtUp,
    now,
  } = parts;
  const closePulse = startPulse({ ...deps, ...parts, ...tickets(deps) });
  const unsubscribe = deps.endings?.subscribe(() => {
    for (const connection of connections) if (deps.endings?.isEnded(connection.claims)) connection.end();
  });
  const flushing = createFlushing(deps, parts);
  return {
    stages: [takeOver.stage],
    clocks: parts.clocks,
    witness: witnessOf(registry),
    routes: (app) => presenceRoutes(app, beacons),
    ...tickets(deps),
    beatEveryMs: ({ paid }) => (paid ? PAID_BEAT_EVERY_MS : FREE_BEAT_EVERY_MS),
    start: () => detector.start(),
    accept: (socket, claims, stream) => accept({ socket, claims, stream }, { ...deps, ...parts }),
    beacon: beacons.hear,
    flushProofs: flushing.flushProofs,
    flushReaching: flushing.flushReaching,
    adoptProofs: flushing.adoptProofs,
    async unwitnessed(laidTo) {
      const left = await takeOver.departed(laidTo);
      return takeOver.knowsEverybody ? [...new Set([...reconciler.unwitnessed(), ...left])] : null;
    },
    livekitAnswers: (does) => (does ? parts.outages.ended(now()) : parts.outages.began(now())),
    livekitRestarted: (at, aliveAt) => reconciler.livekitRestarted(at, aliveAt),
    isEmpty: () => takeOver.knowsEverybody && registry.size === 0,
    pollSoon: (roomName) => reconciler.pollSoon(roomName),
    snapshot: () => snapshotOf({ registry, latencies, now: now() }),
    metrics(registry) {
      latencies.register(registry);
      parts.clocks.register(registry);
    },
    caughtUp,
    async stopTaking() {
      flushing.close();
      beacons.close();
      parts.between.close();
      parts.removed.close();
      detector.close();
      closePulse();
      unsubscribe?.();
      await takeOver.close();
      for (const connection of connections) connection.shut();
      void factWriter.write(registry.all().flatMap((entry) => proofsOf(entry, now())));
      await reconciler.caughtUp();
      await parts.removed.caughtUp();
      await factWriter.close();
      await lastProofs.close();
    },
  };
}

function assemble(deps: PresenceDeps) {
  const { db, hints, clock, log } = deps;
  const now = startTimeline(clock);
  const registry = new Registry();
  const connections = new Set<Connection>();
  const removed = new RemovedFromCalls({ db, hints, log, connections });
  const latencies = new Latencies();
  const outages = new Outages(registry);
  const factWriter = new FactWriter({ db, hints, log, clock });
  // Detector and reconciler need each other; the detector asks only once it ticks.
  const pollSoon = (roomName: string): void => {
    reconciler.pollSoon(roomName);
    reconciler.look();
  };
  const mediaChanged: DetectorDeps['mediaChanged'] = (entry) => between.media(entry);
  const judging = { clock, now, registry, factWriter, latencies, outages, pollSoon, mediaChanged };
  const detector = new Detector(judging);
  const clocks = new LivekitClocks(log);
  const reconciler = new Reconciler({
    ours: (at) => clocks.ours(deps.config.livekitApiKey ?? '', at, now()),
    openRooms: async () => removed.look(await openRooms(db)),
    now,
    registry,
    factWriter,
    log,
    ports: deps.ports,
    outages,
    heard: () => detector.heard(),
  });
  const between = new BetweenNodes({ hints, now, registry, factWriter, poke: () => detector.poke() });
  const beacons = startBeacons({ ...deps, now, registry, detector, factWriter });
  const lastProofs = new LastProofs({ db, hints, log, now, factWriter });
  const takeOver = startTakingOver({ ...deps, registry, now, factWriter });
  registry.unpaid.noteBy({ circumstances: () => detector.circumstances, tell: takeOver.tellUnpaid });
  const caughtUp = async (): Promise<void> => {
    await takeOver.caughtUp();
    await reconciler.caughtUp();
    await removed.caughtUp();
    await factWriter.write([]);
    await lastProofs.caughtUp();
  };
  return {
    now,
    clocks,
    registry,
    latencies,
    outages,
    connections,
    removed,
    factWriter,
    lastProofs,
    detector,
    reconciler,
    between,
    beacons,
    takeOver,
    caughtUp,
  };
}

const tickets = (deps: PresenceDeps) => ticketsOf({ ...deps, secret: deps.config.authSecret });

type Parts = ReturnType<typeof assemble>;

function accept(
  { socket, claims, stream }: { socket: WebSocket; claims: TicketClaims; stream: Duplex | undefined },
  deps: PresenceDeps & Parts,
): void {
  const { now, registry, factWriter, detector, between, beacons, connections, removed } = deps;
  const beatEveryMs = claims.paid ? PAID_BEAT_EVERY_MS : FREE_BEAT_EVERY_MS;
  const id = newId('socket');
  const connection = new Connection(socket, claims, {
    id,
    now,
    registry,
    factWriter,
    detector,
    between,
    beatEveryMs,
    stream,
    beaconToken: (participantSid) => beacons.tokenFor(claims, participantSid),
  });
  connections.add(connection);
  socket.on('close', () => connections.delete(connection));
  removed.judge([connection]);
  connection.send({ type: 'welcome', beatEveryMs, serverAt: new Date(now()).toISOString() });
}
