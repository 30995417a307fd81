import { LOST_AFTER_MS, pairUp } from '@latido/core';
import { sql } from 'kysely';
import { CALL_CHANGED } from '../calls/index.ts';
import { startLoop } from '../platform/index.ts';
import { FACT_LOG } from '../presence/index.ts';
import { tellWhoAsked } from './ask.ts';
import type { Beats } from './beats.ts';
import type { LineView } from './line-view.ts';
import { dropBanned, dropQuiet, judgeOffers } from './judge.ts';
import { offerBoth } from './pair.ts';
import type { MatchingDeps } from './ports.ts';
import { readLine } from './store.ts';

/** Hint that the line has changed. */
export const LINE_CHANGED = 'matching.line';

/** Pairing at work. */
export interface Work {
  start(): void;
  /** Does all that is to be done now. */
  once(): Promise<void>;
  close(): Promise<void>;
}

/** A missed hint costs so much at most, and deadlines are kept as sharply as this. */
const LOOK_EVERY_MS = 500;
/** While nobody is in line there is no deadline, and whoever comes is hinted at: most servers have nobody most of the time. */
const EMPTY_LOOK_EVERY_MS = 2_000;

/** Pairs, judges, and takes off, woken by hints; any node does, Postgres decides. */
export function startWork(
  deps: MatchingDeps,
  {
    beats,
    line,
    tell,
  }: { beats: Beats; line: LineView; tell: (personIds: readonly string[]) => Promise<void> },
): Work {
  const { clock, db, hints, log } = deps;
  let loop: ReturnType<typeof startLoop> | undefined;
  let startedAt = -Infinity;
  let running: Promise<void> | undefined;
  let isEmpty = false;
  const round = async (): Promise<void> => {
    await beats.flush();
    isEmpty = !(await isAnybodyInLine(deps));
    if (isEmpty) return line.put([]);
    const moved = [...(await dropBanned(deps)), ...(await judgeOffers(deps))];
    // Whoever could not reach us before our start was not quiet.
    if (clock.monotonic() - startedAt >= LOST_AFTER_MS) moved.push(...(await dropQuiet(deps)));
    if (moved.length > 0) hints.publish(FACT_LOG);
    const seen = await readLine(db);
    line.put(seen);
    const paired = new Set<string>();
    for (const pair of pairUp(seen, clock.now())) {
      await offerBoth(deps, pair);
      for (const personId of [pair.payerId, pair.earnerId]) paired.add(personId);
    }
    moved.push(...paired);
    const left = seen.map((one) => (paired.has(one.personId) ? { ...one, isBusy: true } : one));
    moved.push(...(await tellWhoAsked(deps, left)));
    await tell([...new Set(moved)]);
  };
  const once = async (): Promise<void> => {
    await running?.catch(() => undefined);
    running = round().finally(() => (running = undefined));
    await running;
  };
  const wake = (): void => loop?.wake();
  // Calls change with each unit that is charged, and of an empty line nobody's place does with them.
  const callChanged = (): void => (isEmpty ? undefined : wake());
  const deaf = [hints.subscribe(LINE_CHANGED, wake), hints.subscribe(CALL_CHANGED, callChanged)];
  return {
    start() {
      startedAt = clock.monotonic();
      const everyMs = (): number => (isEmpty ? EMPTY_LOOK_EVERY_MS : LOOK_EVERY_MS);
      loop ??= startLoop({ name: 'matching', everyMs, run: once, log, clock });
    },
    once,
    async close() {
      for (const stop of deaf) stop();
      await loop?.close();
      await beats.flush();
    },
  };
}

/** Mostly nobody is, and then nothing else is asked. */
async function isAnybodyInLine({ db }: MatchingDeps): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`select exists (select from matching.waiting where off is null)
    or exists (select from matching.offer where decided_at is null) as any`.execute(db);
  return rows[0]?.any ?? false;
}
