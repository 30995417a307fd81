import { NoAnswer } from '@latido/client';
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { meQuery } from './app/api.ts';
import { parseSearch, stringifySearch } from './app/search.ts';
import { AppShell } from './ui/app-shell.tsx';
import { LoadingPage, NotFoundPage, RouteError } from './ui/states.tsx';

interface Context {
  readonly client: QueryClient;
}

/**
 * A page that is loaded when it is gone to. The router answers a failure by loading the window anew, which is right
 * after an update of ours; without a network it would end in the browser's own page of error.
 */
const part =
  <Module,>(load: () => Promise<Module>) =>
  (): Promise<Module> =>
    load().catch((error: unknown) => Promise.reject(navigator.onLine ? error : new NoAnswer('offline')));

const root = createRootRouteWithContext<Context>()({
  component: AppShell,
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** Pages of a person: whoever is not signed in is asked to, and comes back afterwards. */
async function signedIn({
  context,
  location,
}: {
  context: Context;
  location: { href: string };
}): Promise<void> {
  const me = await context.client.ensureQueryData(meQuery).catch(() => undefined);
  if (me === null) throw redirect({ to: '/sign-in', search: { next: location.href } });
}

const next = (search: Record<string, unknown>): { next?: string } => {
  const wanted = text(search['next']);
  // Only ways within this app: an address of elsewhere must not ride on our sign-in.
  return wanted?.startsWith('/') && !wanted.startsWith('//') ? { next: wanted } : {};
};

const roomOf = (search: Record<string, unknown>): { room?: string } => {
  const room = text(search['room']);
  return room === undefined ? {} : { room };
};

/** One meeting of a room, by when it began and ended. */
const periodOf = (search: Record<string, unknown>): { from?: string; to?: string } => {
  const [from, to] = [text(search['from']), text(search['to'])];
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
};

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(
    part(() => import('./pages/home/home-page.tsx')),
    'HomePage',
  ),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: next,
  component: lazyRouteComponent(
    part(() => import('./pages/account/sign-in-page.tsx')),
    'SignInPage',
  ),
});
const register = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: next,
  component: lazyRouteComponent(
    part(() => import('./pages/account/register-page.tsx')),
    'RegisterPage',
  ),
});
const video = createRoute({
  getParentRoute: () => root,
  path: '/video',
  beforeLoad: signedIn,
  validateSearch: roomOf,
  component: lazyRouteComponent(
    part(() => import('./pages/video/video-page.tsx')),
    'VideoPage',
  ),
});
const videoRoom = createRoute({
  getParentRoute: () => root,
  path: '/video/$room',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/video', search: { room: params.room }, replace: true });
  },
});
const videoTest = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/video-test',
  beforeLoad: signedIn,
  validateSearch: roomOf,
  component: lazyRouteComponent(
    part(() => import('./pages/video-test/video-test-page.tsx')),
    'VideoTestPage',
  ),
});
const calls = createRoute({
  getParentRoute: () => root,
  path: '/calls',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/calls/calls-page.tsx')),
    'CallsPage',
  ),
});
const call = createRoute({
  getParentRoute: () => root,
  path: '/calls/$callId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/attendance/call-page.tsx')),
    'CallPage',
  ),
});
const rooms = createRoute({
  getParentRoute: () => root,
  path: '/rooms',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/rooms/rooms-page.tsx')),
    'RoomsPage',
  ),
});
const room = createRoute({
  getParentRoute: () => root,
  path: '/rooms/$roomName/attendance',
  beforeLoad: signedIn,
  validateSearch: periodOf,
  component: lazyRouteComponent(
    part(() => import('./pages/attendance/room-page.tsx')),
    'RoomPage',
  ),
});
const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/admin/admin-page.tsx')),
    'AdminPage',
  ),
});

const people = createRoute({
  getParentRoute: () => root,
  path: '/admin/people',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/people/people-page.tsx')),
    'PeoplePage',
  ),
});
const person = createRoute({
  getParentRoute: () => root,
  path: '/admin/people/$personId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/people/person-page.tsx')),
    'PersonPage',
  ),
});
/** The top-up that somebody comes back from. */
const topUpOf = (search: Record<string, unknown>): { topup?: string } => {
  const topup = text(search['topup']);
  return topup === undefined ? {} : { topup };
};
const earnings = createRoute({
  getParentRoute: () => root,
  path: '/earnings',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/earnings/earnings-page.tsx')),
    'EarningsPage',
  ),
});
const payouts = createRoute({
  getParentRoute: () => root,
  path: '/admin/payouts',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/payouts/payouts-page.tsx')),
    'PayoutsPage',
  ),
});
const wallet = createRoute({
  getParentRoute: () => root,
  path: '/wallet',
  beforeLoad: signedIn,
  validateSearch: topUpOf,
  component: lazyRouteComponent(
    part(() => import('./pages/wallet/wallet-page.tsx')),
    'WalletPage',
  ),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/inbox/inbox-page.tsx')),
    'InboxPage',
  ),
});
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
    part(() => import('./pages/collect/collect-page.tsx')),
    'CollectPage',
  ),
});
const collectDebtors = createRoute({
  getParentRoute: () => root,
  path: '/collect/debtors',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/collect/debtors-page.tsx')),
    'DebtorsPage',
  ),
});
const collectPayments = createRoute({
  getParentRoute: () => root,
  path: '/collect/payments',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/collect/payments-page.tsx')),
    'PaymentsPage',
  ),
});
const credit = createRoute({
  getParentRoute: () => root,
  path: '/credits/$creditId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/lending/credit-page.tsx')),
    'CreditPage',
  ),
});
const debtor = createRoute({
  getParentRoute: () => root,
  path: '/debtors/$debtorId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/lending/debtor-page.tsx')),
    'DebtorPage',
  ),
});
const lending = createRoute({
  getParentRoute: () => root,
  path: '/lending',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/lending/lending-page.tsx')),
    'LendingPage',
  ),
});
const lendingImport = createRoute({
  getParentRoute: () => root,
  path: '/lending/import',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    part(() => import('./pages/lending/import-page.tsx')),
    'ImportPage',
  ),
});
const lendingDebtors = createRoute({
  getParentRoute: () => root,
  path: '/lending/debtors',
  beforeLoad: signedIn,
  validateSearch: collectorOf,
  component: lazyRouteComponent(
    part(() => import('./pages/lending/assign-page.tsx')),
    'AssignPage',
  ),
});

const pages = [
  home,
  signIn,
  register,
  video,
  videoRoom,
  videoTest,
  calls,
  call,
  rooms,
  room,
  admin,
  people,
  person,
  wallet,
  inbox,
  earnings,
  payouts,
  collect,
  collectDebtors,
  collectPayments,
  credit,
  debtor,
  lending,
  lendingDebtors,
  lendingImport,
];
/** The gallery of parts is for us; it is left out of what users get. */
const gallery = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: '/ui',
        component: lazyRouteComponent(
          part(() => import('./pages/gallery/gallery-page.tsx')),
          'GalleryPage',
        ),
      }),
    ]
  : [];

/** The routes of the app. */
export const routeTree = root.addChildren([...pages, ...gallery] as typeof pages);

/** The router over one query client. */
export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingComponent: LoadingPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultErrorComponent: RouteError,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
