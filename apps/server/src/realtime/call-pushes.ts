import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { grouped } from '@latido/core';
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
  const peopleOf = peopleTogether(db);

  const push = async (callId: string): Promise<void> => {
    hub.sendHere(channelOf.call(callId), CALL_CHANGED, { callId });
    for (const personId of await peopleOf(callId)) {
      if (!hub.channels.get(channelOf.user(personId))) continue;
      const state = await callStateFor(callId, personId);
      if (state) hub.sendHere(channelOf.user(personId), CALL_STATE, state);
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

interface InCall {
  readonly callId: string;
  readonly personId: string;
}

type People = ReadonlyMap<string, readonly InCall[]>;

/** The people of a call. What is asked in one turn of the loop, as of all calls that a tick has charged, is one statement. */
function peopleTogether(db: Db): (callId: string) => Promise<readonly string[]> {
  let asked: { callIds: string[]; people: Promise<People> } | undefined;
  const read = async (callIds: readonly string[]): Promise<People> => {
    // Each hint is heard in a callback of its own.
    await turnOfTheLoop();
    asked = undefined;
    const { rows } = await sql<InCall>`
      select call_id as "callId", person_id as "personId" from calls.call_person
       where call_id = any(${[...callIds]}::text[]) and removed_at is null`.execute(db);
    return grouped(rows, ({ callId }) => callId);
  };
  return async (callId) => {
    if (asked === undefined) {
      const callIds: string[] = [];
      asked = { callIds, people: read(callIds) };
    }
    const { callIds, people } = asked;
    callIds.push(callId);
    return ((await people).get(callId) ?? []).map(({ personId }) => personId);
  };
}
