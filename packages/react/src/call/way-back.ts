import { LatidoError } from '@latido/client';
import type { TokenAnswer } from '@latido/protocol';
import { problemOfRequest, type CallProblem } from './problems.ts';

/** Half a second at most: a media server that is started again is back in a tenth of one, and people wait for it. */
const WAITS_MS = [0, 150, 250, 350] as const;
const SOON_MS = 500;
const SOON_TRIES = 40;
const LATER_MS = 2_000;

/** A moment. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How long to wait before the try `n` (0 for the first) to get back in, spread so that pages do not come in one wave. */
export function wayBackInMs(n: number, chance: number): number {
  const waitMs = WAITS_MS[n] ?? (n < SOON_TRIES ? SOON_MS : LATER_MS);
  return waitMs * (0.75 + chance / 2);
}

/** What trying to get back in needs of a call. */
export interface WayBack {
  /** Whether we still want to: the call may have ended meanwhile, or the page gone. */
  isWanted(): boolean;
  /** What let us in last; null where it is too old. */
  readonly last: TokenAnswer | null;
  /** Asks the server to be let in. */
  ask(): Promise<TokenAnswer>;
  /** Connects; answers with the problem, or null. */
  connect(answer: TokenAnswer): Promise<CallProblem | null>;
  /** A try has failed. `asked`: it was the server that refused, not the media server. */
  failed(problem: CallProblem, asked: boolean): void;
  /** For tests: how time passes. */
  readonly pause?: (ms: number) => Promise<void>;
}

/**
 * LiveKit went away under a call that lives: a fresh Room again and again, until we are in or not wanted any more. The token
 * that we have is tried first: it costs the server nothing, and a media server that refuses it says so at once.
 *
 * @returns the problem that ends it, or null
 */
export async function wayBack(way: WayBack): Promise<CallProblem | null> {
  let answer = way.last;
  for (let n = 0; way.isWanted(); n += 1) {
    await (way.pause ?? pause)(wayBackInMs(n, Math.random()));
    if (!way.isWanted()) return null;
    try {
      answer ??= await way.ask();
    } catch (error) {
      const problem = problemOfRequest(error);
      if (error instanceof LatidoError && error.status < 500 && error.status !== 429) return problem;
      way.failed(problem, true);
      continue;
    }
    if (!way.isWanted()) return null;
    const problem = await way.connect(answer);
    if (problem === null || !way.isWanted()) return null;
    // Its room may not be there yet, or the token not be good any more: both are the server's to mend.
    if (problem.code !== 'media_server') answer = null;
    way.failed(problem, false);
  }
  return null;
}
