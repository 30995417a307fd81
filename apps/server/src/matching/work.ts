import { LOST_AFTER_MS, pairUp, whoIsShort, type InLine, type Pair } from '@latido/core';
import { sql } from 'kysely';
import { CALL_CHANGED } from '../calls/index.ts';
import { startLoop, type TimerHandle } from '../platform/index.ts';
import { FACT_LOG } from '../presence/index.ts';
import { tellWhoAsked } from './ask.ts';
import type { Beats } from './beats.ts';
import type { Entrance } from './entrance.ts';
import type { LineView } from './line-view.ts';
import { dropForbidden, dropQuiet, judgeOffers } from './judge.ts';
import { offerAll } from './pair.ts';
import type { MatchingDeps } from './ports.ts';
import { APART_MS, wholeEveryMs } from './pace.ts';
import { keepPrices } from './prices.ts';
import { putOffShort } from './short.ts';

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
const JUDGE_EVERY_MS = 250;
/** Two who could not be written into an offer are not tried for so long, that others have their turn. */
const SHUN_MS = 10_000;

interface WorkWith {
  readonly beats: Beats;
  readonly entrance: Pick<Entrance, 'open'>;
  readonly line: LineView;
  readonly tell: (personIds: readonly string[]) => Promise<void>;
}

/** Pairs, judges, and takes off, woken by hints; any node does, Postgres decides. */
export function startWork(deps: MatchingDeps, of: WorkWith): Work {
  const { clock, hints, log } = deps;
  const { beats, line } = of;
  const rounds = new Rounds(deps, of);
  let loop: ReturnType<typeof startLoop> | undefined;
  let running: Promise<void> | undefined;
  let lookedAt = -Infinity;
  let resting: TimerHandle | undefined;
  const look = async (isWhole: boolean): Promise<void> => {
    await running?.catch(() => undefined);
    lookedAt = clock.monotonic();
    running = rounds.round(isWhole).finally(() => (running = undefined));
    await running;
  };
  const wake = (): void => {
    const restMs = lookedAt + APART_MS - clock.monotonic();
    if (restMs <= 0) return loop?.wake();
    resting ??= clock.setTimeout(() => {
      resting = undefined;
      loop?.wake();
    }, restMs);
  };
  // Calls change with each unit that is charged, and of an empty line nobody's place does with them.
  const callChanged = (callId: string): void => {
    if (rounds.isEmpty) return;
    line.callChanged(callId);
    wake();
  };
  const deaf = [hints.subscribe(LINE_CHANGED, wake), hints.subscribe(CALL_CHANGED, callChanged)];
  return {
    start() {
      rounds.started();
      const everyMs = (): number => (rounds.isEmpty ? EMPTY_LOOK_EVERY_MS : LOOK_EVERY_MS);
      loop ??= startLoop({ name: 'matching', everyMs, run: () => look(false), log, clock });
    },
    once: () => look(true),
    async close() {
      for (const stop of deaf) stop();
      if (resting !== undefined) clock.clearTimeout(resting);
      await loop?.close();
      await beats.flush();
    },
  };
}

/** What a look does. */
class Rounds {
  readonly #deps: MatchingDeps;
  readonly #with: WorkWith;
  readonly #shunned = new Map<string, { readonly earnerId: string; readonly until: number }>();
  #startedAt = -Infinity;
  #judgedAt = -Infinity;
  /** All is read and judged so often; looks between read what has changed. */
  #wholeEveryMs = wholeEveryMs(0);
  isEmpty = false;

  constructor(deps: MatchingDeps, of: WorkWith) {
    this.#deps = deps;
    this.#with = of;
  }

  started(): void {
    this.#startedAt = this.#deps.clock.monotonic();
  }

  async round(asked: boolean): Promise<void> {
    const { clock } = this.#deps;
    const { beats, entrance, line } = this.#with;
    const isWhole = asked || this.isEmpty || clock.monotonic() - line.wholeAt >= this.#wholeEveryMs;
    line.hear(await beats.flush());
    await entrance.open();
    if (isWhole) {
      this.isEmpty = !(await isAnybodyInLine(this.#deps));
      if (this.isEmpty) return line.empty();
      // Whoever has just come waits for no reading of thousands of rows: that comes while others would rest.
      if (!asked && line.isKnown) await this.#meet(false);
    }
    const beganAt = clock.monotonic();
    await this.#meet(isWhole);
    if (isWhole) this.#wholeEveryMs = wholeEveryMs(clock.monotonic() - beganAt);
  }

  /** Judges, reads, pairs, and tells whom it concerns. */
  async #meet(isWhole: boolean): Promise<void> {
    const { clock, hints } = this.#deps;
    const { line, tell } = this.#with;
    const moved = await this.#judge(isWhole);
    if (moved.length > 0) hints.publish(FACT_LOG);
    line.doubt(moved);
    const seen = this.#apart(await line.look({ isWhole }));
    const paired = await this.#pair(seen);
    moved.push(...paired);
    if (isWhole) {
      const short = await putOffShort(this.#deps, whoIsShort(seen, clock.now()));
      line.doubt(short);
      moved.push(...short);
      const engaged = new Set(paired);
      const left = seen.map((one) => (engaged.has(one.personId) ? { ...one, isBusy: true } : one));
      moved.push(...(await tellWhoAsked(this.#deps, left)));
    }
    await tell([...new Set(moved)]);
  }

  async #judge(isWhole: boolean): Promise<string[]> {
    const { clock } = this.#deps;
    const now = clock.monotonic();
    const moved = isWhole ? [...(await dropForbidden(this.#deps)), ...(await keepPrices(this.#deps))] : [];
    if (isWhole || now - this.#judgedAt >= JUDGE_EVERY_MS) {
      this.#judgedAt = now;
      moved.push(...(await judgeOffers(this.#deps)));
    }
    // Whoever could not reach us before our start was not quiet.
    if (isWhole && now - this.#startedAt >= LOST_AFTER_MS) moved.push(...(await dropQuiet(this.#deps)));
    return moved;
  }

  /** Those who have an offer now, and those who may have another place. */
  async #pair(seen: readonly InLine[]): Promise<string[]> {
    const { clock } = this.#deps;
    const { line } = this.#with;
    const pairs = pairUp(seen, clock.now());
    if (pairs.length === 0) return [];
    const { made, others, failed, later } = await offerAll(this.#deps, pairs);
    line.engage(peopleOf(made));
    line.doubt(peopleOf(others));
    const until = clock.monotonic() + SHUN_MS;
    for (const { payerId, earnerId } of failed) this.#shunned.set(payerId, { earnerId, until });
    const moved = peopleOf([...made, ...others]);
    if (later.length === 0) return moved;
    // Whoever has too few coins after all keeps nobody from others: the rest is paired without them, and they are read anew.
    line.doubt(peopleOf(later));
    const placed = new Set([...moved, ...peopleOf(failed), ...later.map(({ payerId }) => payerId)]);
    return [...moved, ...(await this.#pair(seen.filter(({ personId }) => !placed.has(personId))))];
  }

  /** Keeps those apart whose offer could not be written. */
  #apart(line: readonly InLine[]): readonly InLine[] {
    if (this.#shunned.size === 0) return line;
    const now = this.#deps.clock.monotonic();
    for (const [payerId, { until }] of this.#shunned) if (until <= now) this.#shunned.delete(payerId);
    return line.map((one) => {
      const earnerId = this.#shunned.get(one.personId)?.earnerId;
      return earnerId === undefined ? one : { ...one, blocked: [...one.blocked, earnerId] };
    });
  }
}

const peopleOf = (pairs: readonly Pair[]): string[] =>
  pairs.flatMap(({ payerId, earnerId }) => [payerId, earnerId]);

/** Mostly nobody is, and then nothing else is asked. */
async function isAnybodyInLine({ db }: MatchingDeps): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`select exists (select from matching.waiting where off is null)
    or exists (select from matching.offer where decided_at is null) as any`.execute(db);
  return rows[0]?.any ?? false;
}
