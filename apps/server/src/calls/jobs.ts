import type { NewFact } from '@latido/core';
import { EXPIRES_AFTER_MS } from '@latido/core';
import type { Clock, Db, Hints, Job } from '../platform/index.ts';
import { appendFacts } from '../presence/index.ts';
import { CALL_CHANGED } from './follow.ts';
import { awaitsTheClock, overdueCalls, type Overdue } from './overdue.ts';
import { lockCalls, type CallRow } from './store.ts';

export interface CallJobsDeps {
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  /** How long a person who left without hanging up may stay away. */
  readonly graceMs: number;
  /** How long a call rings. */
  readonly ringMs: number;
  /** How often to look at calls that nobody hinted at; default: half a second. */
  readonly lookEveryMs?: number;
  /** Resolves when every stage has folded what is in the log now. */
  readonly caughtUp: () => Promise<void>;
}

/** A call ends at most this much later than its grace. A missed run costs nothing but that time. */
const LOOK_EVERY_MS = 500;
/** After our own start nobody is judged: browsers need that long to come back, and the log to be read (PRES-F7). */
export const START_GRACE_MS = 10_000;

/**
 * Every 500 ms: ends calls whose grace is over, that nobody answered or that nobody joined, by a verdict in the log. While no call awaits
 * its clock, only as often as a change that nobody hinted at may wait.
 */
export function verdictsJob(deps: CallJobsDeps): Job & { close(): void } {
  const { clock, db, hints, lookEveryMs = LOOK_EVERY_MS } = deps;
  let startedAt: number | undefined;
  let restsUntil = -Infinity;
  const close = hints.subscribe(CALL_CHANGED, () => (restsUntil = -Infinity));
  return {
    name: 'calls',
    everyMs: LOOK_EVERY_MS,
    async run() {
      // The first run comes one pause after the start.
      startedAt ??= clock.monotonic() - LOOK_EVERY_MS;
      const listenedMs = clock.monotonic() - startedAt;
      if (listenedMs < START_GRACE_MS || clock.monotonic() < restsUntil) return;
      // A change that is hinted at while we look is looked at again.
      restsUntil = clock.monotonic() + lookEveryMs;
      if (!(await awaitsTheClock(db))) return;
      restsUntil = -Infinity;
      await giveVerdicts(deps, listenedMs);
    },
    close,
  };
}

/**
 * Gives the verdicts that are due. Each is one fact, however often and on however many nodes this runs.
 *
 * Who lost the line while we were away could not come back to us: no grace is over before browsers could reach us
 * (`listenedMs`) for as long as it lasts. Nor could who is called: it rings again for its whole time.
 */
export async function giveVerdicts(deps: CallJobsDeps, listenedMs = Infinity): Promise<void> {
  const due = await overdue(deps, listenedMs);
  if (due.length === 0) return;
  // A return that is stored but not read yet must win.
  await deps.caughtUp();
  for (const call of await overdue(deps, listenedMs)) {
    const stored = await deps.db.transaction().execute((tx) => giveVerdict(tx, deps, call));
    if (stored > 0) deps.hints.publish('presence.fact');
  }
}

async function overdue({ db, clock, graceMs, ringMs }: CallJobsDeps, listenedMs: number): Promise<Overdue[]> {
  const now = clock.now();
  const at = { now: new Date(now), expiresBefore: new Date(now - EXPIRES_AFTER_MS) };
  const calls = await overdueCalls(db, at);
  return calls.filter(
    ({ graceUntil, rangOut }) =>
      listenedMs >= Math.max(graceUntil === null ? 0 : graceMs, rangOut ? ringMs : 0),
  );
}

async function giveVerdict(
  tx: Parameters<typeof lockCalls>[0],
  deps: CallJobsDeps,
  { id, rangOut }: Overdue,
): Promise<number> {
  const [call] = await lockCalls(tx, [id]);
  const now = deps.clock.now();
  const verdict = call && (rangOut ? unanswered(call, now) : verdictOn(call, now, deps.graceMs));
  if (!call || !verdict) return 0;
  const fact: NewFact = {
    ...verdict,
    source: 'detector',
    roomName: call.livekitRoom,
    roomSid: null,
    participantSid: null,
    identity: null,
    callId: call.id,
    receivedAt: now,
  };
  return (await appendFacts(tx, [fact])).stored;
}

type Verdict = Pick<NewFact, 'sourceEventId' | 'type' | 'occurredAt' | 'payload'>;

/** Somebody was called, and has not come (CALL-23). */
function unanswered({ id, status, ringsUntil }: CallRow, now: number): Verdict | null {
  const at = ringsUntil?.getTime() ?? Infinity;
  if (status !== 'waiting' || at > now) return null;
  return { sourceEventId: `${id}:no_answer`, type: 'no_answer', occurredAt: at, payload: {} };
}

function verdictOn(call: CallRow, now: number, graceMs: number): Verdict | null {
  const graceUntil = call.graceUntil?.getTime() ?? null;
  if (call.status === 'ended') return null;
  if (graceUntil !== null) {
    if (graceUntil > now) return null;
    const leaveAt = graceUntil - graceMs;
    return {
      sourceEventId: `${call.id}:grace:${leaveAt}`,
      type: 'grace_expired',
      occurredAt: graceUntil,
      // Words that come late are judged late: the fold has to know when.
      payload: { personId: call.graceOf, leaveAt, graceMs, madeAt: now },
    };
  }
  const expiresAt = call.createdAt.getTime() + EXPIRES_AFTER_MS;
  if (call.status !== 'waiting' || expiresAt > now) return null;
  return { sourceEventId: `${call.id}:expired`, type: 'expired', occurredAt: expiresAt, payload: {} };
}
