import type { Module } from '../platform/index.ts';
import { bookingRoutes } from './booking-routes.ts';
import { guestRoutes } from './guest-routes.ts';
import { lobbyRoutes } from './lobby-routes.ts';
import { offerRoutes } from './offer-routes.ts';
import type { MentoringDeps } from './ports.ts';
import { roomRoutes } from './room-routes.ts';
import { lookAtClock } from './work.ts';

/** A reminder, a no-show and an end are late by so much at most. */
const LOOK_EVERY_MS = 5_000;

/** Sessions that were arranged: routes, and what the clock brings. */
export function createMentoring(deps: MentoringDeps): Module {
  return {
    routes(app) {
      offerRoutes(app, deps);
      bookingRoutes(app, deps);
      lobbyRoutes(app, deps);
      roomRoutes(app, deps);
      guestRoutes(app, deps);
    },
    caughtUp: () => lookAtClock(deps),
    jobs: [{ name: 'mentoring', everyMs: LOOK_EVERY_MS, run: () => lookAtClock(deps) }],
  };
}
