import type { Module } from '../platform/index.ts';
import { walletRoutes } from './wallet-routes.ts';
import { ledgerRoutes, type LedgerDeps } from './routes.ts';

/** Wallets, earnings and grants over HTTP. */
export function createLedger(deps: LedgerDeps): Module {
  return {
    routes(app) {
      ledgerRoutes(app, deps);
      walletRoutes(app, deps);
    },
  };
}
