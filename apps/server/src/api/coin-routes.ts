import type { CallState } from '@latido/protocol';
import { CoinAnswer, RoomBody } from '@latido/protocol';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../access/index.ts';
import type { CallRow, MeterOf } from '../calls/index.ts';
import { callState, latestCallOfRoom, recordHangUp } from '../calls/index.ts';
import type { LastTick } from '../ledger/index.ts';
import type { App, Clock, Db, Hints } from '../platform/index.ts';
import { problem } from '../platform/index.ts';

/** What these routes need. */
export interface CoinRouteDeps {
  readonly access: Access;
  readonly db: Db;
  readonly hints: Hints;
  readonly clock: Clock;
  readonly meterOf: MeterOf;
  readonly lastTick: LastTick;
  /** Resolves when the followers have read every fact that is stored now, and due units are charged. */
  readonly settle: () => Promise<void>;
}

/**
 * `POST /api/livekit/periodic-deduction` and `/end-coin-session`: names that existing front ends call. The first shows
 * the meter, which runs by itself, and moves no money; the second hangs up. Both may be called as often as one likes.
 */
export function coinRoutes(app: App, deps: CoinRouteDeps): void {
  const schema = { tags: ['livekit'], body: RoomBody, response: { 200: CoinAnswer } };
  app.post('/api/livekit/periodic-deduction', { schema }, async (request) => {
    const { call, personId } = await ownCall(deps, request, request.body);
    await deps.lastTick({ callIds: [call.id] });
    return asAnswer(await callState(deps, call.id, personId));
  });
  app.post('/api/livekit/end-coin-session', { schema }, async (request) => {
    const { call, personId } = await ownCall(deps, request, request.body);
    await recordHangUp(deps, { call, personId });
    await deps.settle();
    await deps.lastTick({ callIds: [call.id] });
    return asAnswer(await callState(deps, call.id, personId));
  });
}

async function ownCall(
  { access, db }: CoinRouteDeps,
  request: FastifyRequest,
  body: RoomBody,
): Promise<{ call: CallRow; personId: string }> {
  const { personId } = await access.require(request);
  const roomName = body.room_name ?? body.roomName ?? '';
  const call = await latestCallOfRoom(db, roomName, personId);
  if (!call) throw problem('call.not_found', 'You have no call in this room. A call begins with its token.');
  return { call, personId };
}

function asAnswer(state: CallState): CoinAnswer {
  const { callId, roomName, status, endedAt, endedBy, endReason, billableMs, coins, settled, meter } = state;
  return {
    success: true,
    callId,
    roomName,
    status,
    endedAt,
    endedBy,
    endReason,
    billableMs,
    coins,
    settled,
    unitsCharged: meter?.unitsCharged ?? 0,
    available: meter?.available ?? null,
    meter,
  };
}
