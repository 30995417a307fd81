import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rarePart, root, signedIn } from './root.tsx';

const find = createRoute({
  getParentRoute: () => root,
  path: '/find',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/meet/find-page.tsx')),
    'FindPage',
  ),
});

const onAir = createRoute({
  getParentRoute: () => root,
  path: '/on-air',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/meet/desk-page.tsx')),
    'DeskPage',
  ),
});

const line = createRoute({
  getParentRoute: () => root,
  path: '/admin/matching',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/matching/matching-page.tsx')),
    'MatchingPage',
  ),
});

/** Pages of those who look for each other, and of the desk that watches over it. */
export const meetPages = [find, onAir, line] as const;
