import type { NewFact } from '@latido/core';
import type { Clock, Hints, Log } from '../platform/index.ts';
import { startAsking, type Wanted } from './ask-nodes.ts';
import { proofsOf } from './detector.ts';
import type { Entry } from './entry.ts';
import type { FactWriter } from './fact-writer.ts';
import type { LastProofs } from './last-proofs.ts';
import type { Registry } from './registry.ts';

/** What lies in memory, here and on other nodes, put where whoever reckons with it reads it: the log, or the table. */
export interface Flushing {
  flushProofs(callIds: readonly string[]): Promise<void>;
  flushReaching(due: ReadonlyMap<string, number>): Promise<string[]>;
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
  memory: Memory,
): Flushing {
  const { registry, factWriter, lastProofs, now } = memory;
  const writeAll = async (callIds: readonly string[]): Promise<void> => {
    const of = new Set(callIds);
    const entries = registry.all().filter(({ watch }) => watch.callId !== null && of.has(watch.callId));
    await factWriter.write(entries.flatMap((entry) => proofsOf(entry, now())));
  };
  const write = async ({ callIds, reaching }: Wanted): Promise<unknown> =>
    reaching === undefined
      ? await writeAll(callIds)
      : await writeReaching(memory, new Map(Object.entries(reaching)));
  const asking = startAsking({ hints, clock, log, write });
  return {
    async flushProofs(callIds) {
      await Promise.all([writeAll(callIds), asking.ask({ callIds })]);
      await lastProofs.adopt({ callIds });
    },
    async flushReaching(due) {
      const wanted = { callIds: [...due.keys()], reaching: Object.fromEntries(due) };
      const [reached] = await Promise.all([writeReaching(memory, due), asking.ask(wanted)]);
      return (await hints.others()).length > 0 ? wanted.callIds : reached;
    },
    adoptProofs: async (callIds) => void (await lastProofs.adopt({ callIds, ofTheLiving: true })),
    close: () => asking.close(),
  };
}

/**
 * Writes the proofs of this node that reach the instants at which units are due: people's own word into the table, and
 * what only their partner saw into the log, since the fold says how much of it pays (PRES-R23). What ends before its instant
 * charges nothing. Gives the calls of which everybody here reaches it.
 */
async function writeReaching(
  { registry, factWriter, lastProofs, now }: Memory,
  due: ReadonlyMap<string, number>,
): Promise<string[]> {
  const steady: Entry[] = [];
  const facts: NewFact[] = [];
  const missing = new Map([...due.keys()].map((callId) => [callId, new Set<string>()]));
  const reaching = new Map([...due.keys()].map((callId) => [callId, new Set<string>()]));
  for (const entry of registry.allNow()) {
    const { callId, identity } = entry.watch;
    const at = callId === null ? undefined : due.get(callId);
    if (callId === null || at === undefined) continue;
    const reaches = reachOf(entry, at);
    (reaches === null ? missing : reaching).get(callId)?.add(identity);
    if (reaches === 'beats') steady.push(entry);
    if (reaches === 'media') facts.push(...entry.media.take(entry.watch, now()));
  }
  await Promise.all([lastProofs.reach(steady), factWriter.write(facts)]);
  return [...due.keys()].filter((callId) => {
    const here = reaching.get(callId) ?? new Set();
    return here.size > 0 && [...(missing.get(callId) ?? [])].every((identity) => here.has(identity));
  });
}

/** What of somebody reaches an instant: something in the log, their own beats, or else what their partner saw. */
function reachOf({ beats, media }: Entry, at: number): 'log' | 'beats' | 'media' | null {
  if (beats.reaches(at) || media.reaches(at)) return 'log';
  if ((beats.waiting()?.[1] ?? -Infinity) >= at) return 'beats';
  return (media.waiting()?.[1] ?? -Infinity) >= at ? 'media' : null;
}
