import type { Log, Module } from '../platform/index.ts';
import { earnedHoursRoute } from './earned-hours.ts';
import { expiryJob } from './expire.ts';
import { walletRoutes } from './wallet-routes.ts';
import { ledgerRoutes, type LedgerDeps } from './routes.ts';

/** Wallets, earnings and grants over HTTP. */
export function createLedger(deps: LedgerDeps & { readonly log: Log }): Module {
  return {
    jobs: [expiryJob(deps)],
    routes(app) {
      ledgerRoutes(app, deps);
      walletRoutes(app, deps);
      earnedHoursRoute(app, deps);
    },
  };
}
