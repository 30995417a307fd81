import type { NewFact } from '@latido/core';
import { callOfPayload } from '@latido/core';
import { sql } from 'kysely';
import type { Db, Hints, Tx } from '../platform/index.ts';

/** The name of the log, and of the hint that it has grown. */
export const FACT_LOG = 'presence.fact';

/** A room at an instant (epoch ms), whose call is asked for. */
export interface RoomAt {
  readonly roomSid: string;
  readonly at: number;
}

/** Says which call was in each room at that instant, or null. */
export type CallLookup = (tx: Tx, rooms: readonly RoomAt[]) => Promise<(string | null)[]>;

let lookUpCalls: CallLookup = (_tx, rooms) => Promise.resolve(rooms.map(() => null));

/** Calls knows which room belonged to which call; presence, of lower rank, is told here at the start how to ask. */
export function setCallLookup(lookup: CallLookup): void {
  lookUpCalls = lookup;
}

/**
 * Appends facts to the log. Must be the last statement before the commit: it locks the log's head. A fact whose
 * (source, sourceEventId) is there already is skipped. After the commit the caller publishes the hint
 * {@link FACT_LOG}.
 *
 * Each fact gets its call: by the participant's attribute, else by what the caller says, else by the interval of its
 * sid, else by the room at that time.
 */
export async function appendFacts(tx: Tx, told: readonly NewFact[]): Promise<{ stored: number }> {
  if (told.length === 0) return { stored: 0 };
  const facts = once(told);
  const callIds = await callsOf(tx, facts);
  const rows = facts.map((fact, n) => ({
    ...fact,
    callId: callIds[n] ?? null,
    occurredAt: new Date(fact.occurredAt),
    receivedAt: new Date(fact.receivedAt),
  }));
  const { rows: answer } = await sql<{ stored: bigint }>`
    select presence.append(${JSON.stringify(rows)}::jsonb) as stored`.execute(tx);
  return { stored: Number(answer[0]?.stored ?? 0n) };
}

/** Each fact once: the first that was told. */
function once(facts: readonly NewFact[]): NewFact[] {
  const bySource = new Map<string, NewFact>();
  for (const fact of facts.toReversed()) bySource.set(`${fact.source} ${fact.sourceEventId}`, fact);
  return bySource.size === facts.length ? [...facts] : [...bySource.values()].toReversed();
}

/** Appends facts in a transaction of their own and tells the followers. */
export async function appendAndHint(
  { db, hints }: { db: Db; hints: Hints },
  facts: readonly NewFact[],
): Promise<{ stored: number }> {
  const answer = await db.transaction().execute((tx) => appendFacts(tx, facts));
  if (answer.stored > 0) hints.publish(FACT_LOG);
  return answer;
}

async function callsOf(tx: Tx, facts: readonly NewFact[]): Promise<(string | null)[]> {
  const told = facts.map((fact) => callOfPayload(fact.payload) ?? fact.callId ?? null);
  const sids = [
    ...new Set(facts.flatMap((fact, n) => (told[n] === null ? (fact.participantSid ?? []) : []))),
  ];
  const bySid = await callsOfSids(tx, sids);
  const known = facts.map((fact, n) => told[n] ?? bySid.get(fact.participantSid ?? '') ?? null);
  const open = facts.flatMap(({ roomSid, occurredAt }, n) =>
    known[n] === null && roomSid !== null ? [{ n, roomSid, at: occurredAt }] : [],
  );
  if (open.length === 0) return known;
  const byRoom = await lookUpCalls(tx, open);
  open.forEach(({ n }, m) => (known[n] = byRoom[m] ?? null));
  return known;
}

async function callsOfSids(tx: Tx, sids: readonly string[]): Promise<Map<string, string>> {
  if (sids.length === 0) return new Map();
  const { rows } = await sql<{ participant_sid: string; call_id: string }>`
    select participant_sid, call_id from presence.interval
    where participant_sid = any(${sids}::text[]) and call_id is not null`.execute(tx);
  return new Map(rows.map((row) => [row.participant_sid, row.call_id]));
}
