import type { Clock, Config, Db, Hints, Log, Module } from '../platform/index.ts';
import { DEVELOPMENT } from './development.ts';
import type { Provider, Who } from './ports.ts';
import { payoutRoutes } from './payout-routes.ts';
import { createStripe, type StripeProvider } from './stripe.ts';
import { topUpRoutes } from './top-up-routes.ts';
import { webhookRoute } from './webhook-route.ts';

export interface CashierDeps {
  readonly db: Db;
  readonly access: Who;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'development' | 'publicUrl' | 'stripe' | 'earningsDelayMs'>;
}

/** Money in and out: packs, top-ups by a provider, payouts by the desk. */
export function createCashier({ config, ...ground }: CashierDeps): Module {
  const stripe: StripeProvider | null = config.stripe
    ? createStripe(config.stripe, { publicUrl: config.publicUrl, now: () => ground.clock.now() })
    : null;
  const provider: Provider | null = stripe ?? (config.development ? DEVELOPMENT : null);
  const deps = { ...ground, provider, earningsDelayMs: config.earningsDelayMs };
  return {
    async routes(app) {
      topUpRoutes(app, deps);
      payoutRoutes(app, deps);
      if (stripe) await webhookRoute(app, { ...deps, stripe });
    },
  };
}
