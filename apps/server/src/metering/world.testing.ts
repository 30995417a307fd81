import type { Fact, NewFact } from '@latido/core';
import { sql } from 'kysely';
import { callsStage, recordHangUp } from '../calls/index.ts';
import { grant, openAccount } from '../ledger/index.ts';
import type { Database, Db, Followers } from '../platform/index.ts';
import { memoryHints, silentLog, startFollowers } from '../platform/index.ts';
import { ManualClock } from '../platform/testing.ts';
import { appendAndHint, FACT_LOG, presenceStage, readFacts } from '../presence/index.ts';
import type { Difference } from '../ledger/index.ts';
import type { Metering, PaidCall } from './index.ts';
import { audit, createMetering, createMeterOf, startPaidCall } from './index.ts';
import { metersOfCall, type MeterRow } from './store.ts';

export const T0 = Date.parse('2026-01-05T10:00:00Z');
export const at = (s: number): number => T0 + Math.round(s * 1000);
export const ALICE = 'person_alice';
export const BOB = 'person_bob';

/** The meter of a call of two; null where it has none. */
export const meterOfCall = async (db: Db, callId: string): Promise<MeterRow | null> =>
  (await metersOfCall(db, callId))[0] ?? null;

const GRACE_MS = 45_000;

/** Who says what with which details, and when it was if not now. */
type Said = [source: NewFact['source'], type: string, payload?: Record<string, unknown>, occurredAt?: number];

/** Followers, meters and a clock to move, on a database of its own; people are heard through facts only. */
export class World {
  readonly clock = new ManualClock(T0);
  readonly hints = memoryHints(silentLog);
  readonly metering: Metering;
  livekitAnswers = true;
  unwitnessed: string[] | null = [];
  /** Resolves when the nodes that hold the sockets answer: at once, unless a test makes them slow. */
  answering: Promise<void> = Promise.resolve();
  readonly database: Database;
  readonly #followers: Followers;
  /** Whose beats arrive, by sid: their proofs lie with presence until somebody asks. */
  readonly #beating = new Map<string, { personId: string; callId: string; fromAt: number; atMs: number }>();

  constructor(database: Database, { chargesLate = false } = {}) {
    this.database = database;
    this.metering = createMetering({
      db: database.db,
      clock: this.clock,
      hints: this.hints,
      log: silentLog,
      config: { cutAfterMs: 20_000, chargesLate, endsUnbilled: false },
      rooms: { deleteRoom: () => Promise.reject(new Error('no call ends for want of a ledger here')) },
      presence: {
        flushProofs: (callIds) => this.answering.then(() => this.flush(callIds)),
        flushReaching: (due) => this.answering.then(() => this.reach(due)),
        adoptProofs: (callIds) => this.flush(callIds),
        unwitnessed: () => Promise.resolve(this.unwitnessed),
      },
      access: { require: () => Promise.reject(new Error('nobody is signed in here')) },
      caughtUp: () => this.#followers.caughtUp(),
      livekitAnswers: () => this.livekitAnswers,
    });
    this.#followers = startFollowers<Fact>({
      db: database.db,
      hints: this.hints,
      log: silentLog,
      clock: this.clock,
      topic: FACT_LOG,
      read: readFacts,
      stages: [presenceStage, callsStage({ graceMs: GRACE_MS, hints: this.hints }), ...this.metering.stages],
    });
  }

  get db() {
    return this.database.db;
  }

  async open(coins: number): Promise<this> {
    for (const id of [ALICE, BOB]) {
      await sql`insert into access.person (id, name) values (${id}, ${id}) on conflict do nothing`.execute(
        this.db,
      );
    }
    await this.give(coins, 'first coins');
    return this;
  }

  /** Coins for Alice, or another. */
  async give(coins: number, idemKey: string, personId = ALICE): Promise<void> {
    if (coins === 0) return;
    await this.db.transaction().execute(async (tx) => {
      const accountId = await openAccount(tx, personId, 'wallet');
      await grant(tx, { accountId, coins: BigInt(coins), kind: 'gift', idemKey, actor: 'test' });
    });
  }

  /** Alice calls Bob: the call, the meter, the hold. */
  async call(roomName = 'salon', more: Partial<PaidCall> = {}): Promise<string> {
    const order = { roomName, payerId: ALICE, earnerId: BOB, openedBy: ALICE, ...more };
    return (await startPaidCall(this, order)).callId;
  }

  /** Somebody is there and, unless `beats` is false, our SDK with them. */
  async join(callId: string, who: { personId: string; sid: string; beats?: boolean }): Promise<void> {
    const payload = { participant: { state: 'ACTIVE', name: who.personId } };
    await this.say(callId, who, 'webhook', 'participant_joined', payload);
    if (who.beats !== false) await this.hear(callId, who);
  }

  /** A browser says that somebody is there, and beats. */
  async hear(callId: string, who: { personId: string; sid: string }): Promise<void> {
    const now = this.clock.now();
    await this.say(callId, who, 'sdk', 'connected', {});
    this.#beating.set(who.sid, { personId: who.personId, callId, fromAt: now, atMs: now });
  }

  async both(callId: string, beats = true): Promise<void> {
    await this.join(callId, { personId: ALICE, sid: `PA_a_${callId}`, beats });
    await this.join(callId, { personId: BOB, sid: `PA_b_${callId}`, beats });
  }

  /** A fact about a participant. */
  async say(
    callId: string,
    who: { personId: string; sid: string },
    ...[source, type, payload = {}, occurredAt = this.clock.now()]: Said
  ): Promise<void> {
    await appendAndHint(this, [this.fact({ callId, who, source, type, payload, occurredAt })]);
  }

  fact(of: {
    callId: string;
    who: { personId: string; sid: string };
    source: NewFact['source'];
    type: string;
    payload: Record<string, unknown>;
    occurredAt: number;
  }): NewFact {
    const { callId, who, source, type, payload, occurredAt } = of;
    return {
      source,
      sourceEventId: `${who.sid}:${type}:${occurredAt}`,
      roomName: `room of ${callId}`,
      roomSid: `RM_${callId}`,
      participantSid: who.sid,
      identity: who.personId,
      callId,
      type,
      occurredAt,
      receivedAt: occurredAt,
      payload,
    };
  }

  /** Beats of this sid stop. */
  silence(sid: string): void {
    this.#beating.delete(sid);
  }

  /** Moves the clock; whoever beats has beaten until then. */
  async pass(s: number): Promise<void> {
    await this.clock.advance(s * 1000);
    for (const beat of this.#beating.values()) beat.atMs = this.clock.now();
  }

  /** Passes in steps, ticking after each. */
  async passTicking(s: number, stepS = 5): Promise<void> {
    for (let passed = 0; passed < s; passed += stepS) {
      await this.pass(Math.min(stepS, s - passed));
      await this.settle();
    }
  }

  async flush(callIds: readonly string[]): Promise<void> {
    const proofs = [...this.#beating].filter(([, { callId }]) => callIds.includes(callId));
    const facts = proofs.map(([sid, { personId, callId, fromAt, atMs }]) =>
      this.fact({
        callId,
        who: { personId, sid },
        source: 'proof',
        type: 'proof',
        payload: { fromAt, toAt: atMs, via: 'beat' },
        occurredAt: atMs,
      }),
    );
    await appendAndHint(this, facts);
  }

  /** As presence does: who reaches the instant of a due unit has that in the table of last proofs, and in no fact. */
  async reach(due: ReadonlyMap<string, number>): Promise<string[]> {
    const proofs = [...this.#beating].filter(([, { callId, atMs }]) => atMs >= (due.get(callId) ?? Infinity));
    for (const [sid, { personId, callId, fromAt, atMs }] of proofs) {
      await sql`
        insert into presence.proof (participant_sid, via, from_at, to_at, node, call_id, room_name, identity)
        values (${sid}, 'beat', ${new Date(fromAt)}::timestamptz, ${new Date(atMs)}::timestamptz, 'node', ${callId},
          ${`room of ${callId}`}, ${personId})
        on conflict (participant_sid) do update set to_at = excluded.to_at`.execute(this.db);
    }
    return proofs.map(([, { callId }]) => callId);
  }

  async hangUp(callId: string, personId = ALICE): Promise<void> {
    const { rows } = await sql<{
      status: 'live';
    }>`select status from calls.call where id = ${callId}`.execute(this.db);
    const status = rows[0]?.status ?? 'live';
    await recordHangUp(this, { call: { id: callId, livekitRoom: 'salon', status }, personId });
  }

  /** Until nothing is to be done. */
  async settle(): Promise<void> {
    await this.#followers.caughtUp();
    await this.metering.settle();
    await this.#followers.caughtUp();
  }

  /** Only the followers: what is due is known, and nobody has charged it. */
  follow(): Promise<void> {
    return this.#followers.caughtUp();
  }

  async meter(callId: string, viewer = ALICE) {
    const state = await createMeterOf(this.clock)(this.db, callId, viewer);
    if (!state) throw new Error('no meter');
    return state;
  }

  /** Standing charges of a call, as `unit@seconds:coins`. */
  async charges(callId: string): Promise<string[]> {
    const { rows } = await sql<{ unit: number; at: Date; coins: bigint }>`
      select j.unit_index as unit, j.occurred_at as at, -p.amount as coins from metering.meter m
        join ledger.meter n on n.id = m.id join ledger.journal j on j.meter_no = n.no
        join ledger.account a on a.id = m.wallet_account_id
        join ledger.posting p on p.journal_no = j.no and p.account_no = a.no
       where m.call_id = ${callId} and j.kind = 'charge'
         and not exists (select 1 from ledger.journal r where r.reverses_no = j.no) order by 1`.execute(
      this.db,
    );
    return rows.map((row) => `${row.unit}@${(row.at.getTime() - T0) / 1000}:${row.coins}`);
  }

  /** Units of all meters, the charged ones first: where each began, when it was or will be due, its coins. */
  async units() {
    const { rows } = await sql<{
      unit: number;
      beganAt: Date | null;
      dueAt: Date | null;
      coins: bigint;
      share: bigint;
      isCharged: boolean;
    }>`
      select j.unit_index as unit, j.began_at as "beganAt", j.occurred_at as "dueAt",
             coalesce(sum(-p.amount) filter (where a.kind = 'wallet'), 0)::bigint as coins,
             coalesce(sum(p.amount) filter (where a.kind = 'earner'), 0)::bigint as share, true as "isCharged"
        from ledger.journal j join ledger.posting p on p.journal_no = j.no join ledger.account a on a.no = p.account_no
       where j.kind = 'charge' group by j.no
      union all select unit_index, begins_at, due_at, coins, share, false from metering.due
       order by 6 desc, 1`.execute(this.db);
    const ms = (date: Date | null): number | null => date?.getTime() ?? null;
    return rows.map(({ beganAt, dueAt, ...row }) => ({ ...row, began: ms(beganAt), due: ms(dueAt) }));
  }

  /** What payers were told of their balance's end: step, call, payer, final instant. */
  async warned(): Promise<[number, string, string, string][]> {
    const { rows } = await sql<{ key: string; payer: string; payload: { callId: string; finalAt: string } }>`
      select dedup_key as key, recipient_id as payer, payload from notifications.inbox
       where type = 'call.low_balance' order by seq`.execute(this.db);
    return rows.map(({ key, payer, payload }) => [
      Number(key.split(':').at(-1)),
      payload.callId,
      payer,
      payload.finalAt,
    ]);
  }

  async money(): Promise<{ alice: bigint; held: bigint; bob: bigint }> {
    const { rows } = await sql<{ kind: string; posted: bigint; held: bigint }>`
      select a.kind, b.posted, b.held from ledger.account a join ledger.balance b on b.account_id = a.id`.execute(
      this.db,
    );
    const of = (kind: string) => rows.find((row) => row.kind === kind);
    return {
      alice: of('wallet')?.posted ?? 0n,
      held: of('wallet')?.held ?? 0n,
      bob: of('earner')?.posted ?? 0n,
    };
  }

  async differences(): Promise<Difference[]> {
    const found: Difference[] = [];
    for await (const difference of audit(this.db)) found.push(difference);
    return found;
  }

  async close(): Promise<void> {
    await this.metering.close();
    await this.#followers.close();
    await this.hints.close();
    await this.database.close();
  }
}
