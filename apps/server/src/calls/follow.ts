import type { CallReading, Fact, Interval } from '@latido/core';
import { ENDING_FACTS, foldCall } from '@latido/core';
import { hintRecipients } from '../inbox/index.ts';
import type { Clock, Hints, Stage, Tx } from '../platform/index.ts';
import { enqueue, OUTBOX_HINT, systemClock } from '../platform/index.ts';
import { callOrSubjectOf, callsOfFacts, callsTouched, intervalsOfCalls } from '../presence/index.ts';
import { claimRoomOf } from './open-call.ts';
import type { CallRow, RoomOfCall } from './store.ts';
import { endingFacts, lockCalls, peopleOfCalls, roomsOfCalls, writeReadings, writeRooms } from './store.ts';
import { showOut } from './show-out.ts';
import { shutOut } from './shut-out.ts';

export interface CallsStageOptions {
  /** How long a person who left without hanging up may stay away. */
  readonly graceMs: number;
  readonly hints: Hints;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Name of the hint that a call has changed; its payload is the call's id. */
export const CALL_CHANGED = 'call.changed';

/**
 * Reads every call that the facts touch anew from all its evidence, and writes what has changed. At the end of a call
 * its room of LiveKit is closed; who is in a call's room without being of the call is shown out.
 */
export function callsStage({ graceMs, hints, clock = systemClock }: CallsStageOptions): Stage<Fact> {
  return {
    name: 'calls',
    after: 'presence',
    keyOf: callOrSubjectOf,
    async apply(tx, facts) {
      const ids = callsTouched(facts, await callsOfFacts(tx, facts));
      const calls = ids.length === 0 ? [] : await lockCalls(tx, ids);
      const changed =
        calls.length === 0 ? [] : await refold(tx, { calls, graceMs, upTo: facts.at(-1)?.seq ?? 0n });
      const told = await showOut(tx, { facts, clock });
      const isShutOut = await shutOut(tx, facts);
      return () => {
        for (const callId of changed) hints.publish(CALL_CHANGED, callId);
        hintRecipients(hints, told);
        // At an end its room is closed, and a stranger is removed.
        if (changed.length + told.length > 0 || isShutOut) hints.publish(OUTBOX_HINT);
      };
    },
  };
}

interface Refold {
  readonly calls: readonly CallRow[];
  readonly graceMs: number;
  readonly upTo: bigint;
}

/** Reads calls anew and writes what has changed. Returns the calls whose reading did. */
async function refold(tx: Tx, { calls, graceMs, upTo }: Refold): Promise<string[]> {
  const ids = calls.map(({ id }) => id);
  const intervals = await intervalsOfCalls(tx, ids);
  const people = await peopleOfCalls(tx, ids);
  const facts = await endingFacts(tx, { callIds: ids, types: ENDING_FACTS, upTo });
  const readings = calls.map((call) => ({
    call,
    reading: foldCall({
      call: { createdAt: call.createdAt.getTime(), graceMs },
      people: people.get(call.id) ?? [],
      intervals: intervals.get(call.id) ?? [],
      facts: facts.get(call.id) ?? [],
    }),
  }));
  const rooms = readings.flatMap(({ call, reading }) => roomsOf(call, reading, intervals.get(call.id) ?? []));
  await writeChangedRooms(tx, ids, rooms);
  // The end is final: a room that is gone does not come back, whatever we learn later.
  const changed = readings.filter(
    ({ call, reading }) => !(call.status === 'ended' && reading.status !== 'ended') && !isSame(call, reading),
  );
  await writeReadings(
    tx,
    changed.map(({ call, reading }) => ({ callId: call.id, reading })),
  );
  for (const { call, reading } of changed.filter((each) => hasEnded(each))) {
    await claimRoomOf(tx, call, new Date(reading.endedAt ?? call.createdAt));
    const payload = { callId: call.id, roomName: call.livekitRoom };
    await enqueue(tx, { topic: 'livekit.delete_room', key: call.id, payload });
  }
  return changed.map(({ call }) => call.id);
}

function hasEnded({ call, reading }: { call: CallRow; reading: CallReading }): boolean {
  return reading.status === 'ended' && call.status !== 'ended';
}

/** The rooms of LiveKit that a call was in, from its first join there to its end. */
function roomsOf(call: CallRow, reading: CallReading, intervals: readonly Interval[]): RoomOfCall[] {
  const rooms = new Map<string, number>();
  for (const { roomSid, joinedAt } of intervals) {
    rooms.set(roomSid, Math.min(rooms.get(roomSid) ?? Infinity, joinedAt));
  }
  const toAt = reading.endedAt;
  return [...rooms].map(([roomSid, fromAt]) => ({ callId: call.id, roomSid, fromAt, toAt }));
}

async function writeChangedRooms(
  tx: Tx,
  callIds: readonly string[],
  rooms: readonly RoomOfCall[],
): Promise<void> {
  if (rooms.length === 0) return;
  const keyOf = ({ callId, roomSid, fromAt, toAt }: RoomOfCall) =>
    JSON.stringify([callId, roomSid, fromAt, toAt]);
  const had = new Set((await roomsOfCalls(tx, callIds)).map(keyOf));
  await writeRooms(
    tx,
    rooms.filter((room) => !had.has(keyOf(room))),
  );
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
