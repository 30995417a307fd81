import { faultOfStarting, START_FROM_MS, type Appointment } from './states.ts';

/** So many people a session holds, its host among them: who publishes in one room. */
const SESSION_PEOPLE_MAX = 30;
/** So many names are taken on one link in all: a link that was posted somewhere makes no more of them. */
export const GUESTS_PER_LINK_MAX = 200;
/** … and so many within a minute. */
export const GUESTS_PER_MINUTE_MAX = 30;

/** A session, as far as it matters for who comes by a link. Instants are epoch ms. */
export interface Visited extends Appointment {
  /** Since when its link is good; null where its mentor has no guests. */
  readonly guestsFrom: number | null;
  /** Mentees with a seat, and guests who wait or were let in. */
  readonly people: number;
  /** Guests who have taken a name on this link, in all and within the last minute. */
  readonly named: { readonly all: number; readonly lately: number };
}

/** Why somebody may not come by a link; null if they may (MENTOR-31). `linkAt` is when their link was made. */
export function faultOfVisiting(
  session: Visited,
  { linkAt, now }: { readonly linkAt: number; readonly now: number },
): 'withdrawn' | 'over' | 'too_early' | 'full' | 'too_many' | null {
  if (session.guestsFrom !== linkAt) return 'withdrawn';
  const fault = faultOfStarting(session, now);
  if (fault !== null) return fault;
  if (session.people + 1 >= SESSION_PEOPLE_MAX || session.named.all >= GUESTS_PER_LINK_MAX) return 'full';
  return session.named.lately >= GUESTS_PER_MINUTE_MAX ? 'too_many' : null;
}

/** From when on a link lets somebody into the lobby: as its mentor may open the door (MENTOR-6). */
export const visitsFrom = (startsAt: number): number => startsAt - START_FROM_MS;
