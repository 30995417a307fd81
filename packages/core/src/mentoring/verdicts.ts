import type { BookingStatus } from './states.ts';

/** What is said of one person's coming. */
export type ComingVerdict = 'present' | 'late' | 'left_early' | 'waited_alone' | 'no_show' | 'denied';

/** Whoever is within this of the time is on time. */
export const PUNCTUAL_WITHIN_MS = 5 * 60_000;

/** Whoever waited in the lobby for less has not waited: they were let in at once and did not come, or looked in. */
const WAITED_FROM_MS = 60_000;

/** How somebody came to a session. Instants are epoch ms. */
export interface Coming {
  readonly startsAt: number;
  /** When it was over: at its time, or earlier where the host ended it. */
  readonly endedAt: number;
  /** Null for whoever never came in. */
  readonly firstJoinAt: number | null;
  readonly lastLeaveAt: number | null;
  readonly togetherMs: number;
  /** How long they waited in the lobby, and whether they were refused there. */
  readonly waitedMs: number;
  readonly isDenied: boolean;
}

/** The verdict on one person (MENTOR-10). */
export function verdictOnComing(coming: Coming): ComingVerdict {
  const { startsAt, endedAt, firstJoinAt, lastLeaveAt, togetherMs, waitedMs, isDenied } = coming;
  if (firstJoinAt === null) {
    if (isDenied) return 'denied';
    return waitedMs >= WAITED_FROM_MS ? 'waited_alone' : 'no_show';
  }
  if (togetherMs <= 0) return 'waited_alone';
  if (firstJoinAt > startsAt + PUNCTUAL_WITHIN_MS) return 'late';
  if (lastLeaveAt !== null && lastLeaveAt < endedAt - PUNCTUAL_WITHIN_MS) return 'left_early';
  return 'present';
}

/** Why a verdict may not be corrected: the session is not over, or it is one's own and one is not staff. */
export type CorrectionFault = 'not_over' | 'own';

/** Whether somebody may correct a verdict; null if so. Nobody clears themselves (MENTOR-22). */
export function faultOfCorrecting(of: {
  readonly status: BookingStatus;
  readonly isOwn: boolean;
}): CorrectionFault | null {
  if (of.status !== 'COMPLETED' && of.status !== 'NO_SHOW') return 'not_over';
  return of.isOwn ? 'own' : null;
}

/** What stands of a person: what was corrected last, else what the connections say. */
export function standingVerdict<V>(found: V, corrections: readonly { readonly verdict: V }[]): V {
  return corrections.at(-1)?.verdict ?? found;
}
