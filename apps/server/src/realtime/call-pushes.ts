import { CALL_CHANGED, CALL_STATE, channelOf } from '@latido/protocol';
import { sql } from 'kysely';
import { CALL_CHANGED as CALL_HINT } from '../calls/index.ts';
import type { Db, Hints, Log } from '../platform/index.ts';
import type { Hub } from './hub.ts';
import type { CallStateFor } from './ports.ts';

/** Pushes that run. */
export interface CallPushes {
  /** Resolves when everything that was hinted has been pushed. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Tells each person of a changed call its state as they may see it, on their own channel: the payer sees what is
 * available, the earner what was earned. Nothing is kept; who is not connected asks `GET /api/v1/calls/{id}`.
 * Each node serves its own sockets. While a call is being read further hints of it become one more read.
 */
export function pushCalls(deps: {
  db: Db;
  hints: Hints;
  log: Log;
  hub: Pick<Hub, 'channels' | 'sendHere'>;
  callStateFor: CallStateFor;
}): CallPushes {
  const { db, hints, log, hub, callStateFor } = deps;
  const again = new Set<string>();
  const running = new Map<string, Promise<void>>();

  const push = async (callId: string): Promise<void> => {
    hub.sendHere(channelOf.call(callId), CALL_CHANGED, { callId });
    const { rows } = await sql<{ person_id: string }>`
      select person_id from calls.call_person where call_id = ${callId} and removed_at is null`.execute(db);
    for (const { person_id } of rows) {
      if (!hub.channels.get(channelOf.user(person_id))) continue;
      const state = await callStateFor(callId, person_id);
      if (state) hub.sendHere(channelOf.user(person_id), CALL_STATE, state);
    }
  };
  const run = async (callId: string): Promise<void> => {
    do {
      again.delete(callId);
      await push(callId).catch((error: unknown) =>
        log.warn({ err: error, callId }, 'a call could not be pushed'),
      );
    } while (again.has(callId));
    running.delete(callId);
  };
  const unsubscribe = hints.subscribe(CALL_HINT, (callId) => {
    if (running.has(callId)) again.add(callId);
    else running.set(callId, run(callId));
  });
  const caughtUp = async (): Promise<void> => {
    while (running.size > 0) await Promise.all(running.values());
  };
  return {
    caughtUp,
    async close() {
      unsubscribe();
      await caughtUp();
    },
  };
}
