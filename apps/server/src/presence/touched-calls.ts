import type { Fact } from '@latido/core';
import { sql } from 'kysely';
import type { DbOrTx } from '../platform/index.ts';

/** What of a fact tells which calls it touches. */
export type TouchingFact = Pick<Fact, 'callId' | 'participantSid' | 'roomSid'>;

/** What a fact is about for presence: one participant, or a whole room. */
export function subjectOf({ participantSid, roomSid }: TouchingFact): string {
  return participantSid ?? `room ${roomSid}`;
}

/** What a fact is about for whoever follows calls: its call, else its participant or room. */
export function callOrSubjectOf(fact: TouchingFact): string {
  return fact.callId ?? subjectOf(fact);
}

/** Says which calls one fact touches. */
export type CallsOfFact = (fact: TouchingFact) => readonly string[];

/** Stages that follow one another are given the same batch: it is asked about once. */
const asked = new WeakMap<readonly TouchingFact[], CallsOfFact>();

/**
 * Finds out which calls some facts touch: the one that a fact names, and that of its participant's interval, or, where
 * a whole room is meant, those that were ever in the room. For followers that come after presence's: whatever an
 * interval learns of its call later, it learns from a later fact.
 */
export async function callsOfFacts(db: DbOrTx, facts: readonly TouchingFact[]): Promise<CallsOfFact> {
  const known = asked.get(facts);
  if (known !== undefined) return known;
  const sids = new Set(facts.flatMap(({ participantSid }) => participantSid ?? []));
  const rooms = new Set(
    facts.flatMap(({ participantSid, roomSid }) => (participantSid === null ? (roomSid ?? []) : [])),
  );
  const found = await callsOf(db, [...sids], [...rooms]);
  const callsOfFact: CallsOfFact = ({ callId, participantSid, roomSid }) => {
    const meant = participantSid === null ? `room ${roomSid}` : `sid ${participantSid}`;
    return [...(callId === null ? [] : [callId]), ...(found.get(meant) ?? [])];
  };
  asked.set(facts, callsOfFact);
  return callsOfFact;
}

/** The calls that facts touch, each once, in order. */
export function callsTouched(facts: readonly TouchingFact[], callsOfFact: CallsOfFact): string[] {
  return [...new Set(facts.flatMap((fact) => callsOfFact(fact)))].toSorted();
}

async function callsOf(
  db: DbOrTx,
  sids: readonly string[],
  rooms: readonly string[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (sids.length + rooms.length === 0) return found;
  const { rows } = await sql<{ key: string; callId: string }>`
    select 'sid ' || participant_sid as key, call_id as "callId" from presence.interval
     where call_id is not null and participant_sid = any(${[...sids]}::text[])
    union
    select 'room ' || room_sid, call_id from presence.interval
     where call_id is not null and room_sid = any(${[...rooms]}::text[])`.execute(db);
  for (const { key, callId } of rows) found.set(key, [...(found.get(key) ?? []), callId]);
  return found;
}
