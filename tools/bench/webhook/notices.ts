/** How long the partner of somebody who hangs up waits for the notice, asked inside a whole server that is flooded. */
import type { NewFact } from '@latido/core';
import { createCall, recordHangUp, type CallRow } from '../../../apps/server/src/calls/index.ts';
import { INBOX_HINT } from '../../../apps/server/src/inbox/index.ts';
import type { Db, Hints } from '../../../apps/server/src/platform/index.ts';
import { systemClock } from '../../../apps/server/src/platform/index.ts';
import { appendAndHint } from '../../../apps/server/src/presence/index.ts';

/** What is needed of the server. */
export interface Flooded {
  readonly db: Db;
  readonly hints: Hints;
}

interface Pair {
  readonly call: CallRow;
  readonly people: readonly [alice: string, bob: string];
}

let made = 0;

/** A call of two people who are both there. */
export async function makePair({ db, hints }: Flooded): Promise<Pair> {
  made += 1;
  const of = `${process.pid}_${made}`;
  const people = [`person_alice_${of}`, `person_bob_${of}`] as const;
  const roomName = `call of ${of}`;
  const call = await db.transaction().execute((tx) =>
    createCall(tx, {
      roomName,
      kind: 'free',
      createdBy: people[0],
      people: people.map((personId) => ({ personId, role: 'host' as const })),
    }),
  );
  const now = Date.now();
  await appendAndHint(
    { db, hints },
    people.map((identity): NewFact => ({
      source: 'webhook',
      sourceEventId: `EV_join_${identity}`,
      type: 'participant_joined',
      roomName: call.livekitRoom,
      roomSid: `RM_${of}`,
      participantSid: `PA_${identity}`,
      identity,
      callId: call.id,
      occurredAt: now,
      receivedAt: now,
      payload: { participant: { sid: `PA_${identity}`, identity, state: 'ACTIVE' } },
    })),
  );
  return { call, people };
}

/** From the committed `hang_up` of the one to the committed notice of the other, ms. */
export async function noticeMs({ db, hints }: Flooded, { call, people }: Pair): Promise<number> {
  const [alice, bob] = people;
  let unsubscribe = (): void => undefined;
  const told = new Promise<number>((resolve) => {
    unsubscribe = hints.subscribe(INBOX_HINT, (recipientId) => {
      if (recipientId === bob) resolve(performance.now());
    });
  });
  await recordHangUp({ db, hints, clock: systemClock }, { call, personId: alice });
  const committedAt = performance.now();
  const toldAt = await told;
  unsubscribe();
  return Math.max(0, toldAt - committedAt);
}
