import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { rarePart, root, signedIn } from './root.tsx';

const sessions = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/sessions',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/sessions/sessions-page.tsx')),
    'SessionsPage',
  ),
});
const session = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/sessions/$sessionId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/sessions/session-page.tsx')),
    'SessionPage',
  ),
});
const sessionVideo = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/sessions/$sessionId/video',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/sessions/session-video-page.tsx')),
    'SessionVideoPage',
  ),
});
const hours = createRoute({
  getParentRoute: () => root,
  path: '/dashboard/hours',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/sessions/hours-page.tsx')),
    'HoursPage',
  ),
});
const mentor = createRoute({
  getParentRoute: () => root,
  path: '/mentors/$personId',
  beforeLoad: signedIn,
  component: lazyRouteComponent(
    rarePart(() => import('../pages/sessions/mentor-page.tsx')),
    'MentorPage',
  ),
});

/** Open to whoever holds the link. */
const guest = createRoute({
  getParentRoute: () => root,
  path: '/s/$link',
  component: lazyRouteComponent(
    rarePart(() => import('../pages/sessions/guest-page.tsx')),
    'GuestPage',
  ),
});

/** Sessions that were arranged: booking them, waiting for them, being in them, and what they were. */
export const sessionPages = [sessions, session, sessionVideo, hours, mentor, guest] as const;
