import type { CallMember, Interval } from '@latido/core';
import { lostAtEnd, whereaboutsOf } from '@latido/core';
import type { CallPerson, CallState, MeterState } from '@latido/protocol';
import { personsById } from '../access/index.ts';
import type { Clock, DbOrTx } from '../platform/index.ts';
import { problem } from '../platform/index.ts';
import { intervalsOfCall, provedUntil } from '../presence/index.ts';
import type { CallRow } from './store.ts';
import { callById, peopleOf } from './store.ts';

/** What the meter of a call says to one of its people; null where there is none. Metering, of higher rank, gives it. */
export type MeterOf = (db: DbOrTx, callId: string, viewerId: string | null) => Promise<MeterState | null>;

/** What a state is read with. */
export interface CallStateDeps {
  readonly db: DbOrTx;
  readonly clock: Pick<Clock, 'now'>;
  readonly meterOf: MeterOf;
}

/**
 * A call as one of its people sees it; `viewerId` null sees no balance.
 *
 * @throws call.not_found
 */
export async function callState(
  deps: CallStateDeps,
  callId: string,
  viewerId: string | null,
): Promise<CallState> {
  const call = await callById(deps.db, callId);
  if (!call) throw problem('call.not_found', `There is no call ${callId.slice(0, 64)}.`);
  return await stateOfRow(deps, call, viewerId);
}

/** Reads calls as {@link callState} does; null where there is no such call. */
export function callStateFor(
  deps: CallStateDeps,
): (callId: string, viewerId: string) => Promise<CallState | null> {
  return async (callId, viewerId) => {
    const call = await callById(deps.db, callId);
    return call && (await stateOfRow(deps, call, viewerId));
  };
}

/** The same of a row that was just read. */
export async function stateOfRow(
  deps: CallStateDeps,
  call: CallRow,
  viewerId: string | null,
): Promise<CallState> {
  const people = await peopleOf(deps.db, call.id);
  const intervals = await intervalsOfCall(deps.db, call.id);
  const sids = intervals.map(({ participantSid }) => participantSid);
  const steady = call.status === 'ended' ? null : await provedUntil(deps.db, sids);
  const persons = await personsById(
    deps.db,
    people.map((each) => each.personId),
  );
  const meter = await deps.meterOf(deps.db, call.id, viewerId);
  return {
    callId: call.id,
    id: call.id,
    roomName: call.roomName,
    kind: call.kind,
    status: call.status,
    createdAt: call.createdAt.toISOString(),
    startedAt: iso(call.startedAt),
    endedAt: iso(call.endedAt),
    endedBy: call.endedBy,
    endReason: call.endReason,
    lostBy: lostBy(call, people, intervals),
    graceUntil: iso(call.graceUntil),
    called: call.called,
    ringsUntil: call.status === 'waiting' ? iso(call.ringsUntil) : null,
    people: people.map((each) =>
      personState(each, { name: persons.get(each.personId)?.name ?? '', intervals, steady }),
    ),
    billableMs: meter?.billableMs ?? 0,
    coins: meter?.coins ?? 0,
    settled: call.status === 'ended' && (meter?.settled ?? true),
    meter,
    serverAt: new Date(deps.clock.now()).toISOString(),
  };
}

function lostBy(
  { endedAt, endReason }: CallRow,
  people: readonly CallMember[],
  intervals: readonly Interval[],
): string | null {
  if (endedAt === null || endReason !== 'lost_connection') return null;
  const ofCall = people.map(({ personId }) => ({ personId, stays: staysOf(intervals, personId) }));
  return lostAtEnd(ofCall, endedAt.getTime());
}

function staysOf(intervals: readonly Interval[], personId: string): Interval[] {
  return intervals.filter((each) => each.named && each.personId === personId);
}

interface Seen {
  readonly name: string;
  readonly intervals: readonly Interval[];
  /** Proofs that are no facts yet, of a call that goes on. */
  readonly steady: ReadonlyMap<string, number> | null;
}

function personState(member: CallMember, { name, intervals, steady }: Seen): CallPerson {
  const own = staysOf(intervals, member.personId);
  const lastProofAt =
    own.length === 0
      ? null
      : Math.max(...own.map((each) => Math.max(each.lastProofAt, steady?.get(each.participantSid) ?? 0)));
  const proof = lastProofAt === null ? null : new Date(lastProofAt).toISOString();
  return { personId: member.personId, name, role: member.role, ...whereaboutsOf(own), lastProofAt: proof };
}

function iso(at: Date | null): string | null {
  return at?.toISOString() ?? null;
}
