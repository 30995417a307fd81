import type { Fact, Interval } from '@latido/core';
import type { Clock, Db, Hints, Log, Stage } from '../platform/index.ts';
import { followerCursor, startLoop } from '../platform/index.ts';
import { proofsOf } from './detector.ts';
import { Departed } from './departed.ts';
import type { FactWriter } from './fact-writer.ts';
import { followPresence, PRESENCE } from './follow.ts';
import { tellPeers } from './peers.ts';
import type { Registry } from './registry.ts';
import { shareUnpaid } from './share-unpaid.ts';
import { watchedIntervals } from './store.ts';
import type { UnpaidTime } from './unpaid-times.ts';

export interface TakeOverDeps {
  readonly db: Db;
  readonly hints: Pick<Hints, 'others' | 'node' | 'publish' | 'subscribe'>;
  readonly registry: Registry;
  /** The detector's time. */
  readonly now: () => number;
  readonly log: Log;
  readonly clock: Clock;
  readonly factWriter: FactWriter;
  /** Default: a second, in which another node may have folded. */
  readonly lookEveryMs?: number | undefined;
}

/** Takes over what the log's fold says into what this node knows. */
export interface TakeOver {
  /** The fold itself, where it runs on this node: what it says is known at once, without another look. */
  readonly stage: Stage<Fact>;
  /** Whether everybody was read since our start. */
  readonly knowsEverybody: boolean;
  /** Calls that people of LiveKit alone have left, until units are laid by it (`laidTo`: up to where in the log they are). */
  departed(laidTo: () => Promise<bigint>): Promise<string[]>;
  /** Has the other nodes, and the next start, know what somebody had unpaid (PRES-F35). */
  tellUnpaid(time: UnpaidTime): void;
  /** Resolves when what was said is taken over. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** How often to look whether another node has folded. */
const LOOK_EVERY_MS = 1_000;
/**
 * Everybody is read at least this often, whoever has folded: what other nodes have written down of their people's proofs is known by
 * it, and who was never confirmed is forgotten.
 */
const EVERYBODY_EVERY_MS = 4_000;
/** Without other nodes all is known as it is folded: thousands are read for nothing. */
const EVERYBODY_ALONE_EVERY_MS = 30_000;

/** Starts taking over. Everybody who is there is read at the start. */
export function startTakingOver(deps: TakeOverDeps): TakeOver {
  const { db, hints, registry, now, log, clock, factWriter, lookEveryMs = LOOK_EVERY_MS } = deps;
  // One after the other: an older answer must not undo what a newer one said.
  const last = { taken: Promise.resolve() };
  const inTurn = (take: () => Promise<void> | void): Promise<void> => {
    last.taken = last.taken.catch(() => undefined).then(take);
    return last.taken;
  };
  /** Up to where in the log all is taken over that was folded, wherever that was. */
  const known: { upTo: bigint | null; everybodyAt: number } = { upTo: null, everybodyAt: -Infinity };
  const departed = new Departed();
  const into = { registry, now, factWriter, departed };
  const sharing = shareUnpaid({ db, hints, log, now, unpaid: registry.unpaid });
  const everybody = (): Promise<void> =>
    inTurn(async () => {
      await sharing.load();
      const intervals = await watchedIntervals(db);
      load(into, intervals);
      if (known.everybodyAt === -Infinity) begin(registry, intervals);
    });
  const look = async (): Promise<void> => {
    const upTo = await followerCursor(db, PRESENCE);
    const at = clock.monotonic();
    const others = await hints.others().catch(() => null);
    const isAlone = others?.length === 0;
    const everyMs = isAlone ? EVERYBODY_ALONE_EVERY_MS : EVERYBODY_EVERY_MS;
    const isFresh = at - known.everybodyAt < everyMs || registry.size === 0;
    if (upTo === known.upTo && isFresh) return;
    known.upTo = upTo;
    await everybody().catch((error: unknown) => {
      known.upTo = null;
      throw error;
    });
    known.everybodyAt = at;
  };
  let looking = Promise.resolve();
  const run = (): Promise<void> => (looking = look());
  const loop = startLoop({ name: 'presence refresh', everyMs: lookEveryMs, run, log, clock });
  loop.wake();
  return {
    departed: (laidTo) => departed.standing(() => followerCursor(db, PRESENCE), laidTo),
    get knowsEverybody() {
      return known.everybodyAt > -Infinity;
    },
    stage: followPresence(({ facts, sids, intervals }) => {
      const [first, final] = [facts[0]?.seq, facts.at(-1)?.seq];
      // What another node has folded before this batch is not known here yet.
      if (first !== undefined && final !== undefined && known.upTo === first - 1n) known.upTo = final;
      void inTurn(() => load(into, intervals.filter(isThere), sids)).catch((error: unknown) => {
        known.upTo = null;
        log.error({ err: error }, 'what was folded could not be taken over: everybody is read again');
      });
    }),
    tellUnpaid: sharing.tell,
    async caughtUp() {
      await sharing.caughtUp();
      await looking.catch(() => undefined);
      for (let seen; seen !== last.taken; await seen) seen = last.taken;
    },
    async close() {
      await loop.close();
      await last.taken.catch(() => undefined);
      sharing.close();
      await sharing.caughtUp();
    },
  };
}

function isThere({ state }: Interval): boolean {
  return state !== 'left' && state !== 'aborted';
}

/** Those of before our start were told of long ago, the others as we learned of them, whenever it says that they joined (PRES-F10). */
function begin(registry: Registry, intervals: readonly Interval[]): void {
  for (const { participantSid, lastProofAt } of intervals) {
    const entry = registry.get(participantSid);
    if (entry !== null) entry.toldAt = Math.min(entry.toldAt, lastProofAt);
  }
}

/** Takes over where everybody is, or where those asked for are, and tells the others of those who have left. */
function load(
  {
    registry,
    now,
    factWriter,
    departed,
  }: Pick<TakeOverDeps, 'registry' | 'now' | 'factWriter'> & { readonly departed: Departed },
  intervals: readonly Interval[],
  asked?: readonly string[],
): void {
  const left = registry.load(intervals, { now: now(), ...(asked === undefined ? {} : { asked }) });
  departed.add(left.flatMap(({ watch }) => (watch.beating ? [] : (watch.callId ?? []))));
  for (const entry of left.filter(({ gone }) => !gone)) {
    entry.gone = true;
    tellPeers(registry, entry, now());
  }
  // What they proved until then says when they left; who had written it before has nothing more to say.
  const proofs = left.flatMap((entry) => proofsOf(entry, now()));
  if (proofs.length > 0) void factWriter.write(proofs);
}
