import type { Clock, Log } from '../platform/index.ts';
import { inTime } from './in-time.ts';
import type { ProofSource } from './ports.ts';

export interface AskingDeps {
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout' | 'monotonic'>;
  readonly log: Log;
  readonly presence: Pick<ProofSource, 'flushProofs' | 'flushReaching' | 'adoptProofs'>;
  /** Resolves when every stage has folded what is in the log now. */
  readonly caughtUp: () => Promise<void>;
  /** Whether they have. */
  readonly isCaughtUp: () => Promise<boolean>;
  /** Tick now: what was waited for is there. */
  readonly wake: () => void;
}

/** Which calls' proofs are missing. */
export interface Wanted {
  /** They have ended: settled once all that was proved is in the log. */
  readonly ended: readonly string[];
  /** A unit's instant (epoch ms) has passed, and it is not proven yet. */
  readonly due: ReadonlyMap<string, number>;
}

/** What has been proved. */
export interface Proven {
  /** Ended calls of which everything is in the log: they may be settled. */
  readonly ended: string[];
  /** Calls with a due unit of which something new is proved, in the log or beside it. */
  readonly reached: string[];
}

/** A tick waits so long for proofs. Whoever needs longer is waited for beside it, and holds up no other call. */
export const TICK_WAITS_MS = 1_000;
/**
 * An ended call is settled with what the table of last proofs has, if a node that lives has not answered by then: its
 * people must get to know what they owe, and coins are held.
 */
export const SETTLE_UNANSWERED_MS = 30_000;

interface Asked {
  readonly sinceMs: number;
  state: 'asked' | 'answered' | 'failed';
}

/**
 * Asks presence for proofs, of each call once at a time, and says of which ended calls all of them are in the log. What
 * was asked of a call before it ended is no answer to what was proved until its end, so the two are asked apart.
 */
export class ProofsAsked {
  readonly #deps: AskingDeps;
  readonly #ended = new Map<string, Asked>();
  readonly #due = new Map<string, Asked>();
  readonly #underWay = new Set<Promise<void>>();
  #reached = new Set<string>();

  constructor(deps: AskingDeps) {
    this.#deps = deps;
  }

  /** Asks for what is not being asked for, waits a second at most, and says what is proved by then. */
  async ask({ ended, due }: Wanted): Promise<Proven> {
    forgetOthers(this.#ended, ended);
    forgetOthers(this.#due, [...due.keys()]);
    const tick = { isOver: false };
    const asked = [
      this.#askAnew(tick, this.#ended, { callIds: ended }),
      this.#askAnew(tick, this.#due, { callIds: [...due.keys()], due }),
    ];
    for (const one of asked) {
      this.#underWay.add(one);
      void one.finally(() => this.#underWay.delete(one));
    }
    await inTime(Promise.all(asked), { clock: this.#deps.clock, withinMs: TICK_WAITS_MS });
    tick.isOver = true;
    for (const callId of due.keys()) if (this.#due.get(callId)?.state !== 'asked') this.#due.delete(callId);
    const unanswered = ended.filter((callId) => this.#isLongSince(callId));
    if (unanswered.length > 0) await this.#settleForTheTable(unanswered);
    const reached = [...this.#reached];
    this.#reached.clear();
    return { ended: ended.filter((callId) => this.#ended.get(callId)?.state === 'answered'), reached };
  }

  /** Whether something that was asked before is not answered yet. */
  get areMissing(): boolean {
    return this.#underWay.size > 0;
  }

  /** Resolves when all that was asked is answered, or after a second. */
  async answered(): Promise<void> {
    await inTime(Promise.all(this.#underWay), { clock: this.#deps.clock, withinMs: TICK_WAITS_MS });
  }

  async #askAnew(
    tick: { readonly isOver: boolean },
    all: Map<string, Asked>,
    { callIds, due }: { callIds: readonly string[]; due?: ReadonlyMap<string, number> },
  ): Promise<void> {
    const { clock, caughtUp, isCaughtUp, log, wake } = this.#deps;
    const asked = new Map<string, Asked>();
    for (const callId of callIds) {
      const before = all.get(callId);
      if (before !== undefined && before.state !== 'failed') continue;
      asked.set(callId, { sinceMs: before?.sinceMs ?? clock.monotonic(), state: 'asked' });
    }
    if (asked.size === 0) return;
    for (const [callId, one] of asked) all.set(callId, one);
    const missing = [...asked.keys()];
    const say = (state: Asked['state']): void => {
      for (const one of asked.values()) one.state = state;
    };
    try {
      const reached = await this.#flush(missing, due);
      // What the log said before may be that they went.
      if (due === undefined || (reached.length > 0 && !(await isCaughtUp()))) await caughtUp();
      for (const callId of reached) this.#reached.add(callId);
      say('answered');
    } catch (error) {
      // One fact that does not pass must not keep everybody's meters from being read.
      log.error({ err: error }, 'the proofs of due units could not be asked for');
      say('failed');
    }
    if (tick.isOver) wake();
  }

  /** Gives the calls whose due units may be reached now. */
  async #flush(callIds: readonly string[], due?: ReadonlyMap<string, number>): Promise<string[]> {
    const { presence } = this.#deps;
    if (due !== undefined) {
      const missing = new Set(callIds);
      return await presence.flushReaching(new Map([...due].filter(([callId]) => missing.has(callId))));
    }
    await presence.flushProofs(callIds);
    return [];
  }

  #isLongSince(callId: string): boolean {
    const asked = this.#ended.get(callId);
    if (asked === undefined || asked.state === 'answered') return false;
    return this.#deps.clock.monotonic() - asked.sinceMs >= SETTLE_UNANSWERED_MS;
  }

  async #settleForTheTable(callIds: readonly string[]): Promise<void> {
    const { presence, caughtUp, log } = this.#deps;
    log.warn({ callIds: callIds.slice(0, 20) }, 'calls are settled without the answer of a node that lives');
    try {
      await presence.adoptProofs(callIds);
      await caughtUp();
    } catch (error) {
      log.error({ err: error }, 'the table of last proofs could not be read');
    }
    for (const callId of callIds) this.#ended.set(callId, { sinceMs: 0, state: 'answered' });
  }
}

/** What is neither wanted any more is let go of: it was charged, or settled. */
function forgetOthers(all: Map<string, Asked>, wanted: readonly string[]): void {
  const kept = new Set(wanted);
  for (const callId of all.keys()) if (!kept.has(callId)) all.delete(callId);
}
