import type { Fact } from '@latido/core';
import { sql } from 'kysely';
import type { Access } from '../access/index.ts';
import type { MeterOf } from '../calls/index.ts';
import { CALL_CHANGED } from '../calls/index.ts';
import { hintRecipients } from '../inbox/index.ts';
import type { CallsOfMeters, LastTick } from '../ledger/index.ts';
import { CREDITED } from '../ledger/index.ts';
import type { Clock, Config, Db, Hints, Log, Module, Stage } from '../platform/index.ts';
import { followerCursor, startLoop, systemClock } from '../platform/index.ts';
import { hasReadAll } from '../presence/index.ts';
import { createCallsOfMeters } from './calls-of-meters.ts';
import { ProofsAsked } from './ask-proofs.ts';
import { createLastTick } from './await-last-tick.ts';
import { adjustOvercharged, chargeDue, rearm } from './charge-due.ts';
import { cutExhausted, takeOutExhausted } from './cut.ts';
import { meteringStage } from './follow.ts';
import { forgetForeseen } from './foreseen.ts';
import { createMeterOf } from './meter-state.ts';
import type { ProofSource, RoomCloser } from './ports.ts';
import { refundRoutes } from './refund-routes.ts';
import { METERING } from './replan.ts';
import { meteringRoutes } from './routes.ts';
import { endUnbilled } from './end-unbilled.ts';
import { workAt } from './work.ts';
import { warnPayers } from './warn.ts';

export interface MeteringDeps {
  readonly access: Pick<Access, 'require'>;
  readonly db: Db;
  readonly clock: Clock;
  readonly hints: Hints;
  readonly log: Log;
  readonly config: Pick<Config, 'cutAfterMs' | 'chargesLate' | 'endsUnbilled'>;
  readonly presence: ProofSource;
  readonly rooms: RoomCloser;
  /** Resolves when every stage has folded what is in the log now; called after proofs were asked for. */
  readonly caughtUp: () => Promise<void>;
  /** Whether LiveKit answers: while it does not, it says of nobody that they are there. Default: always. */
  readonly livekitAnswers?: () => boolean;
  /** How often to look for meters that begin, beside hints; default: a second. */
  readonly lookEveryMs?: number;
}

interface TickDeps extends MeteringDeps {
  readonly proofs: ProofsAsked;
}

/** Metering that runs. */
export interface Metering extends Module {
  readonly stages: readonly [Stage<Fact>];
  /** What the meter of a call says to one of its people. */
  readonly meterOf: MeterOf;
  /** Waits for the last ticks of ended calls. */
  readonly lastTick: LastTick;
  /** The calls of some meters. */
  readonly callsOfMeters: CallsOfMeters;
  /** Starts the tick; before that only the stage works. */
  start(): void;
  wake(): void;
  /** Resolves when all that is stored is folded, and nothing is due any more that is proven. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** What metering does for those below it, which are made before it is. */
export type Money = Pick<Metering, 'meterOf' | 'lastTick' | 'callsOfMeters' | 'settle'>;

/** The same, of a metering that is made later. */
export function moneyOf(metering: () => Metering): Money {
  return {
    meterOf: (...of) => metering().meterOf(...of),
    lastTick: (of) => metering().lastTick(of),
    callsOfMeters: (ids) => metering().callsOfMeters(ids),
    settle: () => metering().settle(),
  };
}

/**
 * Period of the tick, ms. A missed one costs only time: a unit's due instant is written, not measured. A unit is proven by the beat
 * after it, half a second later at most: so charges are there within a second, and a tick of many calls costs by the tick as well.
 */
export const TICK_MS = 400;
/** A wall clock that moved so much more or less than the monotonic one was set, not passed. */
const JUMP_MS = 5_000;
/** How long after a jump nothing is charged ahead of proof: presence polls LiveKit every 10 s. */
const RECONCILE_MS = 15_000;
const ROUNDS_MAX = 500;
/** While no meter is at work it is looked so often only, unless somebody wakes us: a new meter does. */
const REST_MS = 1_000;

/** Puts the stage and the tick together. */
export function createMetering(deps: MeteringDeps): Metering {
  const { clock, hints, log } = deps;
  const jumps = watchJumps(deps);
  let loop: ReturnType<typeof startLoop> | undefined;
  let round: Promise<Ticked> | undefined;
  let restsUntil = -Infinity;
  const once = (): Promise<Ticked> => {
    const isBelieved = jumps() && (deps.livekitAnswers?.() ?? true);
    round ??= tick({ ...deps, proofs }, isBelieved).finally(() => {
      round = undefined;
    });
    return round;
  };
  const run = async (): Promise<void> => {
    if (clock.monotonic() < restsUntil) return;
    restsUntil = (await once()).isAtWork ? -Infinity : clock.monotonic() + (deps.lookEveryMs ?? REST_MS);
  };
  const wake = (): void => {
    restsUntil = -Infinity;
    loop?.wake();
  };
  const proofs = new ProofsAsked({ ...deps, isCaughtUp: () => isCaughtUp(deps.db), wake });
  const unsubscribe = hints.subscribe(CREDITED, wake);
  const settle = async (): Promise<void> => {
    await deps.caughtUp();
    await round?.catch(() => undefined);
    // A call that had ended, and of which slices were left, is settled by the next one.
    if ((await once()).isSliced) await once();
    if (proofs.areMissing) {
      await proofs.answered();
      await once();
    }
    await deps.caughtUp();
  };
  const meterOf = createMeterOf(clock);
  const lastTick = createLastTick({ ...deps, settle });
  const stage = meteringStage({
    chargesLate: deps.config.chargesLate,
    laid(callIds) {
      wake();
      for (const callId of callIds) hints.publish(CALL_CHANGED, callId);
    },
  });
  return {
    stages: [stage],
    jobs: deps.config.endsUnbilled ? [endUnbilled(deps)] : [],
    routes(app) {
      meteringRoutes(app, { ...deps, meterOf, lastTick });
      refundRoutes(app, { ...deps, lastTick });
    },
    start() {
      const everyMs = (): number => Math.max(TICK_MS, restsUntil - clock.monotonic());
      loop ??= startLoop({ name: 'meters', everyMs, run, log, clock });
    },
    wake,
    meterOf,
    lastTick,
    callsOfMeters: createCallsOfMeters(deps.db),
    settle,
    caughtUp: settle,
    async close() {
      unsubscribe();
      await loop?.close();
      await round?.catch(() => undefined);
    },
  };
}

/**
 * One tick: ask for proofs that are missing, charge until nothing is due, then what follows from it. Of calls that nobody
 * witnesses (of all, while clocks or LiveKit are not believed), nothing is charged ahead of proof.
 */
async function tick(deps: TickDeps, isBelieved: boolean): Promise<Ticked> {
  const { db, clock, hints, config } = deps;
  const now = new Date(clock.now());
  const work = await workAt(db, now);
  if (!work.any) return { isAtWork: false, isSliced: false };
  const { settle, steady, callOf } = work.isDue ? await provenToTheEnd(deps, now) : NOTHING_PROVEN;
  const laidTo = (): Promise<bigint> => followerCursor(db, METERING);
  const unwitnessed = work.isDue && isBelieved ? await deps.presence.unwitnessed(laidTo) : null;
  // Tests move the clock by hand; in earnest the database's clock is the only one.
  const at = clock === systemClock ? {} : { now };
  const changed = new Set(work.isStopped ? await rearm(db, at) : []);
  let isOwing = work.isOwing;
  let isSliced = false;
  for (let n = 0; work.isDue && n < ROUNDS_MAX; n += 1) {
    const options = { ...at, settle, unwitnessed, cutAfterMs: config.cutAfterMs };
    const charged = await chargeDue(db, n === 0 ? { ...options, steady } : options);
    for (const id of charged.meterIds) changed.add(id);
    isOwing ||= charged.settled > 0;
    isSliced ||= n > 0 && charged.charges > 0;
    if (charged.isAll) break;
  }
  if (work.isEnding) for (const id of await forgetForeseen(db)) changed.add(id);
  // A settlement may show what has to be given back, and a charge that the balance ends.
  if (isOwing) await adjustOvercharged(db, at);
  if (work.isStopped) {
    await cutExhausted({ db, hints }, now);
    hintRecipients(hints, await takeOutExhausted({ db, clock, hints }, now));
  }
  if (work.isDue || work.isEnding) hintRecipients(hints, await warnPayers(deps, now));
  const unknown = [...changed].filter((id) => !callOf.has(id));
  const callIds = [...changed].flatMap((id) => callOf.get(id) ?? []);
  for (const callId of new Set([...callIds, ...(await callsOfMeters(db, unknown))]))
    hints.publish(CALL_CHANGED, callId);
  return { isAtWork: true, isSliced };
}

/** What a tick has found. */
interface Ticked {
  /** Whether any meter is at work. */
  readonly isAtWork: boolean;
  /** Whether units were charged that were laid only in it. */
  readonly isSliced: boolean;
}

interface Unproven {
  id: string;
  call_id: string;
  closing_at: Date | null;
  /** The instant of its first unit that is due; null for a call that has ended. */
  due_at: Date | null;
  /** Others may pay in this call, too. */
  is_group: boolean;
}

interface ProvenToTheEnd {
  readonly settle: readonly string[];
  readonly steady: readonly string[];
  /** The calls of the meters that were looked at. */
  readonly callOf: ReadonlyMap<string, string>;
}

const NOTHING_PROVEN: ProvenToTheEnd = { settle: [], steady: [], callOf: new Map() };

/**
 * Units whose instant has passed without proof, and calls that have ended: their last proofs may not be known yet. Returns
 * the meters of ended ones that may be settled now, and those with a due unit that is proved, maybe, by what is no fact.
 */
async function provenToTheEnd({ db, proofs }: TickDeps, now: Date): Promise<ProvenToTheEnd> {
  // What is due first, whatever the statistics say (0014_metering_due_first.sql).
  const { rows } = await sql<Unproven>`
    with due as materialized (select meter_id, due_at from metering.due
      where due_at <= ${now}::timestamptz)
    select m.id, m.call_id, m.closing_at, null::timestamptz as due_at, false as is_group from metering.meter m
     where m.closing_at is not null and m.settled_at is null
    union all
    select m.id, m.call_id, null, min(d.due_at), (select c.kind = 'mentoring' from calls.call c where c.id = m.call_id)
      from due d, lateral (select * from metering.meter where id = d.meter_id offset 0) m
     where m.settled_at is null and m.closing_at is null and m.exhausted_at is null and not m.proven_by_now
       and (m.proven_until is null or d.due_at > m.proven_until)
     group by m.id, m.call_id`.execute(db);
  const ended = rows.filter((row) => row.closing_at !== null);
  const open = rows.filter((row) => row.closing_at === null);
  const due = firstDue(open);
  const proven = await proofs.ask({ ended: callsOf(ended), due });
  const idsOf = (some: readonly Unproven[], callIds: readonly string[]): string[] =>
    some.filter((row) => callIds.includes(row.call_id)).map((row) => row.id);
  // Of a group each meter is of other two: what one of them has not proved is no reason not to look at the others.
  const ofGroups = open.filter((row) => row.is_group).map((row) => row.call_id);
  return {
    settle: idsOf(ended, proven.ended),
    steady: idsOf(open, [...proven.reached, ...ofGroups]),
    callOf: new Map(rows.map((row) => [row.id, row.call_id])),
  };
}

/** By call, the instant of the first unit of any of its meters. */
function firstDue(rows: readonly Unproven[]): Map<string, number> {
  const due = new Map<string, number>();
  for (const { call_id: callId, due_at: dueAt } of rows)
    if (dueAt !== null) due.set(callId, Math.min(dueAt.getTime(), due.get(callId) ?? Infinity));
  return due;
}

function callsOf(rows: readonly Unproven[]): string[] {
  return [...new Set(rows.map((row) => row.call_id))];
}

async function callsOfMeters(db: Db, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<{ call_id: string }>`
    select distinct call_id from metering.meter where id = any(${[...ids]}::text[])`.execute(db);
  return rows.map((row) => row.call_id);
}

async function isCaughtUp(db: Db): Promise<boolean> {
  const { rows } = await sql<{ does: boolean }>`select ${hasReadAll(METERING)} as does`.execute(db);
  return rows[0]?.does ?? false;
}

/** Says whether the wall clock may be believed: not for a while after it was set. */
function watchJumps({ clock, log }: Pick<MeteringDeps, 'clock' | 'log'>): () => boolean {
  let offset = clock.now() - clock.monotonic();
  let distrustUntil = -Infinity;
  return () => {
    const seen = clock.now() - clock.monotonic();
    if (Math.abs(seen - offset) > JUMP_MS) {
      log.warn(
        { jumpMs: Math.round(seen - offset) },
        'the clock was set: nothing is charged ahead of proof for a while',
      );
      distrustUntil = clock.monotonic() + RECONCILE_MS;
    }
    offset = seen;
    return clock.monotonic() >= distrustUntil;
  };
}
