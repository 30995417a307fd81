import type { NewFact } from '@latido/core';
import type { Clock, Db, Hints } from '../platform/index.ts';
import { appendAndHint } from '../presence/index.ts';
import type { CallRow } from './store.ts';

export interface EndCallDeps {
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
}

/** Who ends which call. */
export interface HangUp {
  readonly call: Pick<CallRow, 'id' | 'livekitRoom' | 'status'>;
  readonly personId: string;
}

/**
 * Records that a person of the call hangs up. Decides nothing: the call's end is read from the fact. A second hang-up
 * of the same person is the same fact, and after the end there is nothing left to record.
 */
export async function recordHangUp(deps: EndCallDeps, { call, personId }: HangUp): Promise<void> {
  await record(deps, call, {
    source: 'api',
    sourceEventId: `${call.id}:hang_up:${personId}`,
    type: 'hang_up',
    payload: { personId },
  });
}

/** Records that the host ends a call for all (CALL-28). */
export async function recordHostEnd(deps: EndCallDeps, { call, personId }: HangUp): Promise<void> {
  await record(deps, call, {
    source: 'api',
    sourceEventId: `${call.id}:host_ended`,
    type: 'host_ended',
    payload: { personId },
  });
}

/** Records that somebody who is not of the call ends it for its people. */
export async function recordRemoval(deps: EndCallDeps, { call, personId }: HangUp): Promise<void> {
  await record(deps, call, {
    source: 'admin',
    sourceEventId: `${call.id}:removed`,
    type: 'removed',
    payload: { personId },
  });
}

async function record(
  { db, hints, clock }: EndCallDeps,
  call: HangUp['call'],
  fact: Pick<NewFact, 'source' | 'sourceEventId' | 'type' | 'payload'>,
): Promise<void> {
  if (call.status === 'ended') return;
  const now = clock.now();
  const where = {
    roomName: call.livekitRoom,
    roomSid: null,
    participantSid: null,
    identity: null,
    callId: call.id,
  };
  await appendAndHint({ db, hints }, [{ ...fact, ...where, occurredAt: now, receivedAt: now }]);
}
