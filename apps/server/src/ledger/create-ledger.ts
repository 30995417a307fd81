import type { Db, Hints, Module } from '../platform/index.ts';
import type { Gate, LastTick } from './ports.ts';
import { ledgerRoutes } from './routes.ts';

export interface LedgerDeps {
  readonly access: Gate;
  readonly db: Db;
  readonly hints: Hints;
  readonly lastTick: LastTick;
}

/** Wallets, earnings and grants over HTTP. */
export function createLedger(deps: LedgerDeps): Module {
  return { routes: (app) => ledgerRoutes(app, deps) };
}
