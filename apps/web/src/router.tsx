import type { QueryClient } from '@tanstack/react-query';
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { parseSearch, stringifySearch } from './app/search.ts';
import { meetPages } from './routes/meet.tsx';
import { lendingPages } from './routes/lending.tsx';
import { moneyPages } from './routes/money.tsx';
import { sessionPages } from './routes/sessions.tsx';
import { part, rarePart, root, signedIn, text } from './routes/root.tsx';
import { LoadingPage, NotFoundPage, RouteError } from './ui/states.tsx';

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
const connectionTest = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/connection-test',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/connection-test/connection-test-page.tsx')),
    'ConnectionTestPage',
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
    rarePart(() => import('./pages/attendance/call-page.tsx')),
    'CallPage',
  ),
});
const rooms = createRoute({
  getParentRoute: () => root,
  path: '/rooms',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/rooms/rooms-page.tsx')),
    'RoomsPage',
  ),
});
const room = createRoute({
  getParentRoute: () => root,
  path: '/rooms/$roomName/attendance',
  beforeLoad: signedIn,
  validateSearch: periodOf,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/attendance/room-page.tsx')),
    'RoomPage',
  ),
});
const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/admin/admin-page.tsx')),
    'AdminPage',
  ),
});

const people = createRoute({
  getParentRoute: () => root,
  path: '/admin/people',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/people/people-page.tsx')),
    'PeoplePage',
  ),
});
const person = createRoute({
  getParentRoute: () => root,
  path: '/admin/people/$personId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/people/person-page.tsx')),
    'PersonPage',
  ),
});

const inbox = createRoute({
  getParentRoute: () => root,
  path: '/inbox',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('./pages/inbox/inbox-page.tsx')),
    'InboxPage',
  ),
});

const pages = [
  home,
  signIn,
  register,
  video,
  videoRoom,
  videoTest,
  connectionTest,
  calls,
  call,
  rooms,
  room,
  admin,
  people,
  person,
  inbox,
  ...meetPages,
  ...moneyPages,
  ...lendingPages,
  ...sessionPages,
];
/** The gallery of parts is for us; it is left out of what users get. */
const gallery = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: '/ui',
        component: lazyRouteComponent(
          rarePart(() => import('./pages/gallery/gallery-page.tsx')),
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
