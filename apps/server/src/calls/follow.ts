import type { CallReading, Fact, Interval } from '@latido/core';
import { ENDING_FACTS, foldCall } from '@latido/core';
import type { Hints, Stage, Tx } from '../platform/index.ts';
import { enqueue } from '../platform/index.ts';
import { intervalsOfCall } from '../presence/index.ts';
import type { CallRow } from './store.ts';
import { callsOfIntervals, endingFacts, lockCalls, peopleOf, writeReading, writeRoom } from './store.ts';

/** What the follower needs. */
export interface CallsStageOptions {
  /** How long a person who left without hanging up may stay away. */
  readonly graceMs: number;
  readonly hints: Hints;
}

/** Name of the hint that a call has changed; its payload is the call's id. */
export const CALL_CHANGED = 'call.changed';

/**
 * Reads every call that the facts touch anew from all its evidence, and writes what has changed. At the end of a call
 * its room of LiveKit is closed, so that the next call in a room of that name is in another room.
 */
export function callsStage({ graceMs, hints }: CallsStageOptions): Stage<Fact> {
  let changed: string[] = [];
  return {
    name: 'calls',
    after: 'presence',
    async apply(tx, facts) {
      changed = [];
      const upTo = facts.at(-1)?.seq ?? 0n;
      const ids = await affectedCalls(tx, facts);
      for (const call of await lockCalls(tx, ids)) {
        if (await refold(tx, { call, graceMs, upTo })) changed.push(call.id);
      }
    },
    committed() {
      for (const callId of changed) hints.publish(CALL_CHANGED, callId);
    },
  };
}

/** Calls that the facts name, and calls of the participants that they are about. */
async function affectedCalls(tx: Tx, facts: readonly Fact[]): Promise<string[]> {
  const named = facts.flatMap((fact) => fact.callId ?? []);
  const sids = facts.flatMap((fact) => (fact.callId === null ? (fact.participantSid ?? []) : []));
  const rooms = facts.flatMap((fact) => (fact.participantSid === null ? (fact.roomSid ?? []) : []));
  return [...new Set([...named, ...(await callsOfIntervals(tx, sids, rooms))])].toSorted();
}

async function refold(
  tx: Tx,
  { call, graceMs, upTo }: { call: CallRow; graceMs: number; upTo: bigint },
): Promise<boolean> {
  const intervals = await intervalsOfCall(tx, call.id);
  const reading = foldCall({
    call: { createdAt: call.createdAt.getTime(), graceMs },
    people: await peopleOf(tx, call.id),
    intervals,
    facts: await endingFacts(tx, { callId: call.id, types: ENDING_FACTS, upTo }),
  });
  await writeRooms(tx, { call, reading, intervals });
  // The end is final: a room that is gone does not come back, whatever we learn later.
  if (call.status === 'ended' && reading.status !== 'ended') return false;
  if (isSame(call, reading)) return false;
  await writeReading(tx, call.id, reading);
  if (reading.status === 'ended' && call.status !== 'ended') {
    const payload = { callId: call.id, roomName: call.roomName };
    await enqueue(tx, { topic: 'livekit.delete_room', key: call.id, payload });
  }
  return true;
}

async function writeRooms(
  tx: Tx,
  { call, reading, intervals }: { call: CallRow; reading: CallReading; intervals: readonly Interval[] },
): Promise<void> {
  const rooms = new Map<string, number>();
  for (const { roomSid, joinedAt } of intervals) {
    rooms.set(roomSid, Math.min(rooms.get(roomSid) ?? Infinity, joinedAt));
  }
  const toAt = reading.endedAt === null ? null : new Date(reading.endedAt);
  for (const [roomSid, fromAt] of [...rooms].toSorted((a, b) => a[1] - b[1])) {
    await writeRoom(tx, call.id, { roomSid, fromAt: new Date(fromAt), toAt });
  }
}

function isSame(call: CallRow, reading: CallReading): boolean {
  const ms = (at: Date | null) => at?.getTime() ?? null;
  return (
    call.status === reading.status &&
    ms(call.startedAt) === reading.startedAt &&
    ms(call.endedAt) === reading.endedAt &&
    call.endedBy === reading.endedBy &&
    call.endReason === reading.endReason &&
    ms(call.graceUntil) === reading.graceUntil &&
    call.graceOf === reading.graceOf
  );
}
