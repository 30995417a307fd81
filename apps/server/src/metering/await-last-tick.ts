import type { LastTick } from '../ledger/index.ts';
import type { Clock, Db, Log } from '../platform/index.ts';
import { someUnsettled } from './store.ts';

export interface LastTickDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly log: Log;
  /** Resolves when every fact that is stored now is folded, and due units are charged. */
  readonly settle: () => Promise<void>;
}

/** A reader waits so long at most; what is not settled then is answered as it stands. */
const WAIT_MS = 2_000;

/**
 * Waits until ended calls are settled, if any is not. The follower that ends a call runs ahead of the meter that gives
 * the hold back: whoever reads "ended" and then the wallet must not find coins still held.
 */
export function createLastTick(deps: LastTickDeps): LastTick {
  return async (of) => {
    if (!(await someUnsettled(deps.db, of))) return;
    const { clock, log } = deps;
    let timer: ReturnType<Clock['setTimeout']> | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, WAIT_MS);
    });
    const settled = deps.settle().catch((error: unknown) => {
      log.error({ err: error }, 'the last ticks could not be waited for');
    });
    await Promise.race([settled, enough]);
    if (timer !== undefined) clock.clearTimeout(timer);
  };
}
