import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { part, rarePart, root, signedIn, text } from './root.tsx';

/** The top-up that somebody comes back from, and whether they left its payment page without paying. */
const topUpOf = (search: Record<string, unknown>): { topup?: string; left?: '1' } => {
  const topup = text(search['topup']);
  if (topup === undefined) return {};
  return search['left'] === '1' ? { topup, left: '1' } : { topup };
};
const wallet = createRoute({
  getParentRoute: () => root,
  path: '/wallet',
  beforeLoad: signedIn,
  validateSearch: topUpOf,
  component: lazyRouteComponent(
    part(() => import('../pages/wallet/wallet-page.tsx')),
    'WalletPage',
  ),
});

const earnings = createRoute({
  getParentRoute: () => root,
  path: '/earnings',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/earnings/earnings-page.tsx')),
    'EarningsPage',
  ),
});

const payouts = createRoute({
  getParentRoute: () => root,
  path: '/admin/payouts',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/payouts/payouts-page.tsx')),
    'PayoutsPage',
  ),
});

const plans = createRoute({
  getParentRoute: () => root,
  path: '/admin/plans',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/plans/plans-page.tsx')),
    'PlansPage',
  ),
});

const packs = createRoute({
  getParentRoute: () => root,
  path: '/admin/packs',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/plans/packs-page.tsx')),
    'PacksPage',
  ),
});

/** Pages about money of one's own, the desk of payouts, and prices. */
export const moneyPages = [wallet, earnings, payouts, plans, packs] as const;
