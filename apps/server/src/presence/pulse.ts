import { PROOF_EVERY_MS } from '@latido/core';
import type { Clock, Config, Db, Log, TimerHandle } from '../platform/index.ts';
import type { BetweenNodes } from './between-nodes.ts';
import type { Connection } from './connection.ts';
import { startKeeping } from './kept-clocks.ts';
import type { LastProofs } from './last-proofs.ts';
import type { LivekitClocks } from './livekit-clocks.ts';
import type { Reconciler } from './reconcile.ts';
import type { Registry } from './registry.ts';
import { ticketRenewals, type RenewalDeps } from './renew-tickets.ts';

/** What is done again and again. */
export interface PulseDeps extends Omit<RenewalDeps, 'now'> {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: Partial<Pick<Config, 'livekitApiKey'>>;
  readonly now: () => number;
  readonly clocks: LivekitClocks;
  readonly reconciler: Reconciler;
  readonly between: BetweenNodes;
  readonly connections: ReadonlySet<Connection>;
  readonly registry: Registry;
  readonly lastProofs: LastProofs;
}

const LOOK_EVERY_MS = 250;
const PING_EVERY_MS = 5_000;

/** Looks for rooms to ask about, writes down last proofs, and pings the sockets. Gives its end. */
export function startPulse(deps: PulseDeps): () => void {
  const { clock, log, clocks, config, reconciler, between, connections, registry, lastProofs, now } = deps;
  const timers = new Map<string, TimerHandle>();
  const every = (name: string, ms: number, run: () => void): void => {
    timers.set(
      name,
      clock.setTimeout(() => {
        every(name, ms, run);
        run();
      }, ms),
    );
  };
  const keptClock = startKeeping({ ...deps, clocks, key: config.livekitApiKey });
  every('look', LOOK_EVERY_MS, () => {
    if (keptClock.isRecalled()) reconciler.look();
    between.look();
  });
  const adopt = (): void => {
    lastProofs.adopt().catch((error: unknown) => log.warn({ err: error }, 'proofs of dead nodes must wait'));
  };
  adopt();
  every('proofs', PROOF_EVERY_MS, () => {
    lastProofs.write(registry.all().filter(({ own }) => own));
    adopt();
    keptClock.keep();
  });
  const renewTickets = ticketRenewals({ ...deps, now: () => clock.now() });
  every('ping', PING_EVERY_MS, () => {
    renewTickets(connections);
    // Whoever beats is heard without being asked.
    for (const connection of connections) connection.ping(now() - PING_EVERY_MS);
  });
  return () => {
    for (const timer of timers.values()) clock.clearTimeout(timer);
  };
}
