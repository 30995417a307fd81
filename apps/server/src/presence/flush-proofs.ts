import type { Clock, Hints, Log } from '../platform/index.ts';
import { startAsking, type Wanted } from './ask-nodes.ts';
import { proofReaching, proofsOf } from './detector.ts';
import type { FactWriter } from './fact-writer.ts';
import type { LastProofs } from './last-proofs.ts';
import type { Registry } from './registry.ts';

/** What lies in memory, here and on other nodes, put into the log for whoever reckons with it. */
export interface Flushing {
  flushProofs(callIds: readonly string[]): Promise<void>;
  flushReaching(due: ReadonlyMap<string, number>): Promise<boolean>;
  adoptProofs(callIds: readonly string[]): Promise<void>;
  /** Nobody is waited for any more. */
  close(): void;
}

interface Memory {
  readonly registry: Registry;
  readonly factWriter: FactWriter;
  readonly lastProofs: LastProofs;
  /** The detector's time. */
  readonly now: () => number;
}

/** Starts answering the other nodes, too; until the hints close. */
export function createFlushing(
  { hints, clock, log }: { hints: Hints; clock: Clock; log: Log },
  { registry, factWriter, lastProofs, now }: Memory,
): Flushing {
  const write = async ({ callIds, reaching }: Wanted): Promise<boolean> => {
    const of = new Set(callIds);
    const facts = registry.all().flatMap((entry) => {
      const { callId } = entry.watch;
      if (callId === null || !of.has(callId)) return [];
      return reaching === undefined
        ? proofsOf(entry, now())
        : proofReaching(entry, reaching[callId] ?? 0, now());
    });
    await factWriter.write(facts);
    return facts.length > 0;
  };
  const asking = startAsking({ hints, clock, log, write });
  return {
    async flushProofs(callIds) {
      await Promise.all([write({ callIds }), asking.ask({ callIds })]);
      await lastProofs.adopt({ callIds });
    },
    async flushReaching(due) {
      const wanted = { callIds: [...due.keys()], reaching: Object.fromEntries(due) };
      const [wrote] = await Promise.all([write(wanted), asking.ask(wanted)]);
      const adopted = await lastProofs.adopt({ callIds: wanted.callIds });
      return wrote || adopted > 0 || (await hints.others()).length > 0;
    },
    adoptProofs: async (callIds) => void (await lastProofs.adopt({ callIds, ofTheLiving: true })),
    close: () => asking.close(),
  };
}
