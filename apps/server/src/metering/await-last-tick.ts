import { CALL_CHANGED } from '../calls/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { Clock, Db, Hints, Log, TimerHandle } from '../platform/index.ts';
import { someUnsettled } from './unsettled.ts';

export interface LastTickDeps {
  readonly db: Db;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  readonly hints: Pick<Hints, 'subscribe'>;
  readonly log: Log;
  /** Resolves when every fact that is stored now is folded, and due units are charged. */
  readonly settle: () => Promise<void>;
}

/** A reader waits so long at most; what is not settled then is answered as it stands, and says so. */
const WAIT_MS = 2_000;
/** Unless a meter says that it has moved, it is looked again after this: hints may be lost. */
const LOOK_AGAIN_AFTER_MS = 100;

/**
 * Waits until ended calls are settled, if any is not. The follower that ends a call runs ahead of the meter that gives
 * the hold back: whoever reads "ended" and then the wallet must not find coins still held. The meter may be another
 * node's just now, or wait for the proofs of a slow one: one tick of ours is not always the last.
 */
export function createLastTick(deps: LastTickDeps): LastTick {
  return async (of) => {
    if (!(await someUnsettled(deps.db, of))) return;
    const { clock, hints, log } = deps;
    const enough = pauseOf(clock, WAIT_MS);
    let changed: () => void = () => undefined;
    const unsubscribe = hints.subscribe(CALL_CHANGED, () => changed());
    const settled = async (): Promise<void> => {
      while (!enough.isOver()) {
        const moved = new Promise<void>((resolve) => (changed = resolve));
        await deps.settle();
        // All is folded: a meter that its end has not reached is stuck, and no wait brings it on.
        if (!(await someUnsettled(deps.db, of, { laid: true }))) return;
        const pause = pauseOf(clock, LOOK_AGAIN_AFTER_MS);
        await Promise.race([moved, pause.over, enough.over]);
        pause.end();
      }
    };
    const done = settled().catch((error: unknown) => {
      log.error({ err: error }, 'the last ticks could not be waited for');
    });
    await Promise.race([done, enough.over]);
    unsubscribe();
    enough.end();
  };
}

interface Pause {
  readonly over: Promise<void>;
  isOver(): boolean;
  /** It need not be waited for any more. */
  end(): void;
}

function pauseOf(clock: LastTickDeps['clock'], ms: number): Pause {
  let isOver = false;
  let timer: TimerHandle | undefined;
  const over = new Promise<void>((resolve) => {
    timer = clock.setTimeout(() => {
      isOver = true;
      resolve();
    }, ms);
  });
  return {
    over,
    isOver: () => isOver,
    end() {
      isOver = true;
      if (timer !== undefined) clock.clearTimeout(timer);
    },
  };
}
