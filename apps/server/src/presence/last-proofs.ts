import type { NewFact, Span } from '@latido/core';
import type { RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { Db, Hints, Log } from '../platform/index.ts';
import type { Entry } from './entry.ts';
import { proofFact } from './entry.ts';
import type { FactWriter } from './fact-writer.ts';
import { ms } from './store.ts';

export interface LastProofsDeps {
  readonly db: Db;
  readonly hints: Hints;
  readonly log: Log;
  readonly now: () => number;
  readonly factWriter: FactWriter;
}

interface ProofRow {
  readonly participantSid: string;
  readonly via: 'beat' | 'media';
  readonly fromAt: number;
  readonly toAt: number;
  readonly node: string;
  readonly callId: string | null;
  readonly roomName: string;
  readonly roomSid: string | null;
  readonly identity: string;
}

interface Adopting {
  readonly callIds?: readonly string[];
  readonly ofTheLiving?: boolean;
}

/**
 * The table of last proofs. While somebody is simply there their proofs of life are no facts: every few seconds one
 * statement writes how far they reach, for all sids of this node. So a node that dies costs its people no more than
 * that; those who live put what it had written into the log.
 */
export class LastProofs {
  readonly #deps: LastProofsDeps;
  /** Each sid's row, as it was written last. */
  readonly #written = new Map<string, ProofRow>();
  #work: Promise<void> = Promise.resolve();

  constructor(deps: LastProofsDeps) {
    this.#deps = deps;
  }

  /** Writes what is proved of these people and not in the log; lets go of the rows of those who are not among them. */
  write(entries: readonly Entry[]): void {
    void this.#inTurn(() => this.#write(entries));
  }

  /** Writes now how far these people are proved, since somebody waits for it. Resolves after the commit; never rejects. */
  async reach(entries: readonly Entry[]): Promise<void> {
    if (entries.length > 0) await this.#inTurn(() => this.#upsert(entries));
  }

  /**
   * Puts into the log what nodes that are dead had written: of some calls, or of all. Resolves after the commit, with how many those were.
   * `ofTheLiving`: also what nodes had written that live and do not answer.
   * @throws Error when it cannot be known who is dead
   */
  async adopt({ callIds, ofTheLiving = false }: Adopting = {}): Promise<number> {
    const { db, hints, factWriter, now } = this.#deps;
    const alive = [hints.node, ...(ofTheLiving ? [] : await hints.others())];
    const ofCalls = callIds === undefined ? sql`true` : sql`call_id = any(${[...callIds]}::text[])`;
    const rows = await rowsWhere(db, sql`${ofCalls} and node <> all(${alive}::text[])`);
    if (rows.length === 0) return 0;
    await factWriter.write(rows.map((row) => factOfRow(row, now())));
    for (const [node, sids] of byNode(rows)) await remove(db, node, sids);
    return rows.length;
  }

  /** Resolves when what was to be written is. Never rejects. */
  async caughtUp(): Promise<void> {
    for (let last; last !== this.#work; await last) last = this.#work;
  }

  /** Everything is in the log: no row of this node is needed any more. */
  async close(): Promise<void> {
    void this.#inTurn(() => this.#forget([...this.#written.keys()]));
    await this.caughtUp();
  }

  /** One statement after the other: two that write the same rows would wait for each other in a circle. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'last proofs could not be written: they are written with the next');
    });
    return this.#work;
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    const there = new Set(entries.map(({ watch }) => watch.participantSid));
    await this.#forget([...this.#written.keys()].filter((sid) => !there.has(sid)));
    await this.#upsert(entries);
  }

  async #upsert(entries: readonly Entry[]): Promise<void> {
    const { db, hints } = this.#deps;
    const rows = entries.flatMap((entry): ProofRow[] => {
      const waiting = waitingOf(entry);
      if (waiting === null) return [];
      const { participantSid, callId, roomName, roomSid, identity } = entry.watch;
      const [via, [fromAt, toAt]] = waiting;
      if (this.#written.get(participantSid)?.toAt === toAt) return [];
      const place = { callId, roomName, roomSid: roomSid === '' ? null : roomSid, identity };
      return [{ participantSid, via, fromAt, toAt, node: hints.node, ...place }];
    });
    if (rows.length === 0) return;
    const isMoved = (row: ProofRow): boolean => isInPlace(row, this.#written.get(row.participantSid));
    const known = rows.filter(isMoved);
    const moved = await move(db, hints.node, known);
    // Where another node has taken one over, or away, what is written whole is right whoever has it.
    const rest = moved === known.length ? rows.filter((row) => !isMoved(row)) : rows;
    if (rest.length > 0) await upsert(db, rest);
    for (const row of rows) this.#written.set(row.participantSid, row);
  }

  async #forget(sids: readonly string[]): Promise<void> {
    if (sids.length === 0) return;
    // What they proved is in the log by then: nobody may find it in neither.
    await this.#deps.factWriter.write([]);
    await remove(this.#deps.db, this.#deps.hints.node, sids);
    for (const sid of sids) this.#written.delete(sid);
  }
}

/** What waits for the log; what the partner saw counts where no beat says more. */
function waitingOf({ beats, media }: Entry): [via: 'beat' | 'media', span: Span] | null {
  const [beat, seen] = [beats.waiting(), media.waiting()];
  if (beat !== null && (seen === null || seen[1] <= beat[1])) return ['beat', beat];
  return seen === null ? null : ['media', seen];
}

function factOfRow({ via, fromAt, toAt, node: _node, ...place }: ProofRow, now: number): NewFact {
  return proofFact({ ...place, roomSid: place.roomSid ?? '' }, { via, span: [fromAt, toAt], now });
}

function byNode(rows: readonly ProofRow[]): Map<string, string[]> {
  const nodes = new Map<string, string[]>();
  for (const { node, participantSid } of rows) nodes.set(node, [...(nodes.get(node) ?? []), participantSid]);
  return nodes;
}

/** Whether a row differs from one before in nothing but how far it reaches. */
function isInPlace(row: ProofRow, before: ProofRow | undefined): boolean {
  return before !== undefined && before.callId === row.callId && before.roomSid === row.roomSid;
}

/** Moves rows of this node that are there; most are, each time, and only how far they reach is new. Gives how many it has found. */
async function move(db: Db, node: string, rows: readonly ProofRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { numAffectedRows = 0n } = await sql`
    update presence.proof p set via = r.via, from_at = to_timestamp(r.from_ms / 1000), to_at = to_timestamp(r.to_ms / 1000)
      from unnest(${rows.map(({ participantSid }) => participantSid)}::text[], ${rows.map(({ via }) => via)}::text[],
        ${rows.map(({ fromAt }) => fromAt)}::float8[], ${rows.map(({ toAt }) => toAt)}::float8[]) as r (sid, via, from_ms, to_ms)
     where p.participant_sid = r.sid and p.node = ${node} and p.to_at <= to_timestamp(r.to_ms / 1000)`.execute(
    db,
  );
  return Number(numAffectedRows);
}

async function upsert(db: Db, rows: readonly ProofRow[]): Promise<void> {
  const told = rows.map((row) => ({ ...row, fromAt: new Date(row.fromAt), toAt: new Date(row.toAt) }));
  await sql`
    insert into presence.proof (participant_sid, via, from_at, to_at, node, call_id, room_name, room_sid, identity)
    select r."participantSid", r."via", r."fromAt", r."toAt", r."node", r."callId", r."roomName", r."roomSid", r."identity"
      from jsonb_to_recordset(${JSON.stringify(told)}::jsonb) as r ("participantSid" text, "via" text,
        "fromAt" timestamptz, "toAt" timestamptz, "node" text, "callId" text, "roomName" text, "roomSid" text,
        "identity" text)
    on conflict (participant_sid) do update set via = excluded.via, from_at = excluded.from_at, to_at = excluded.to_at,
      node = excluded.node, call_id = excluded.call_id, room_sid = excluded.room_sid
    where proof.to_at <= excluded.to_at`.execute(db);
}

async function remove(db: Db, node: string, sids: readonly string[]): Promise<void> {
  await sql`delete from presence.proof where node = ${node} and participant_sid = any(${[...sids]}::text[])`.execute(
    db,
  );
}

async function rowsWhere(db: Db, where: RawBuilder<unknown>): Promise<ProofRow[]> {
  const { rows } = await sql<Omit<ProofRow, 'fromAt' | 'toAt'> & { fromAt: number; toAt: number }>`
    select participant_sid as "participantSid", via, ${ms('from_at')}::float8 as "fromAt", ${ms('to_at')}::float8 as "toAt",
      node, call_id as "callId", room_name as "roomName", room_sid as "roomSid", identity
    from presence.proof where ${where}`.execute(db);
  return rows;
}
