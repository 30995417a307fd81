import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rarePart, root, signedIn, text } from './root.tsx';

/** Whose debtors a list shows. */
const collectorOf = (search: Record<string, unknown>): { collector?: string } => {
  const collector = text(search['collector']);
  return collector === undefined ? {} : { collector };
};
const collect = createRoute({
  getParentRoute: () => root,
  path: '/collect',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/collect/collect-page.tsx')),
    'CollectPage',
  ),
});

const collectDebtors = createRoute({
  getParentRoute: () => root,
  path: '/collect/debtors',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/collect/debtors-page.tsx')),
    'DebtorsPage',
  ),
});

const collectPayments = createRoute({
  getParentRoute: () => root,
  path: '/collect/payments',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/collect/payments-page.tsx')),
    'PaymentsPage',
  ),
});

const credit = createRoute({
  getParentRoute: () => root,
  path: '/credits/$creditId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/lending/credit-page.tsx')),
    'CreditPage',
  ),
});

const debtor = createRoute({
  getParentRoute: () => root,
  path: '/debtors/$debtorId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/lending/debtor-page.tsx')),
    'DebtorPage',
  ),
});

const lending = createRoute({
  getParentRoute: () => root,
  path: '/lending',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/lending/lending-page.tsx')),
    'LendingPage',
  ),
});

const lendingImport = createRoute({
  getParentRoute: () => root,
  path: '/lending/import',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/lending/import-page.tsx')),
    'ImportPage',
  ),
});

const lendingDebtors = createRoute({
  getParentRoute: () => root,
  path: '/lending/debtors',
  beforeLoad: signedIn,
  validateSearch: collectorOf,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/lending/assign-page.tsx')),
    'AssignPage',
  ),
});

/** Pages of those who collect and of those who lend. */
export const lendingPages = [
  collect,
  collectDebtors,
  collectPayments,
  credit,
  debtor,
  lending,
  lendingDebtors,
  lendingImport,
] as const;
