import type { NewFact } from '@latido/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Tx } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import {
  appendFacts,
  callsOfFacts,
  callsTouched,
  presenceStage,
  readFacts,
  type TouchingFact,
} from './index.ts';

const fact = (participantSid: string, more: Partial<NewFact> = {}): NewFact => ({
  source: 'webhook',
  sourceEventId: `EV_${participantSid}`,
  roomName: 'salon',
  roomSid: 'RM_1',
  participantSid,
  identity: `id_${participantSid}`,
  callId: null,
  type: 'participant_joined',
  occurredAt: Date.UTC(2026, 0, 5),
  receivedAt: Date.UTC(2026, 0, 5),
  payload: {},
  ...more,
});

const touch = (more: Partial<TouchingFact>): TouchingFact => ({
  callId: null,
  participantSid: null,
  roomSid: null,
  ...more,
});

for (const store of await openTestDatabases()) {
  describe(`the calls that facts touch, on ${store.name}`, () => {
    let database: Database;
    const inTx = <T>(run: (tx: Tx) => Promise<T>): Promise<T> => database.db.transaction().execute(run);
    const touched = (...facts: TouchingFact[]) =>
      inTx(async (tx) => callsTouched(facts, await callsOfFacts(tx, facts)));

    beforeAll(async () => {
      database = await store.open();
      const stored = [
        fact('PA_a', { callId: 'call_1' }),
        fact('PA_b', { callId: 'call_2' }),
        fact('PA_c', { callId: 'call_3', roomSid: 'RM_2' }),
        fact('PA_d'),
      ];
      await inTx((tx) => appendFacts(tx, stored));
      await inTx(async (tx) => presenceStage.apply(tx, await readFacts(tx, 0n, 100n, 100)));
    });
    afterAll(() => database.close());

    test('a fact touches the call that it names, and that of its participant, each once, in order', async () => {
      expect(await touched(touch({ callId: 'call_9', participantSid: 'PA_a', roomSid: 'RM_1' }))).toEqual([
        'call_1',
        'call_9',
      ]);
      const twice = [touch({ participantSid: 'PA_b' }), touch({ participantSid: 'PA_a' })];
      expect(await touched(...twice, ...twice)).toEqual(['call_1', 'call_2']);
    });

    test('a fact about a whole room touches every call that was ever in it', async () => {
      expect(await touched(touch({ roomSid: 'RM_1' }))).toEqual(['call_1', 'call_2']);
      expect(await touched(touch({ roomSid: 'RM_2', callId: 'call_0' }))).toEqual(['call_0', 'call_3']);
    });

    test('a fact about somebody whom no call knows touches none', async () => {
      expect(await touched(touch({ participantSid: 'PA_d', roomSid: 'RM_1' }))).toEqual([]);
      expect(await touched(touch({ participantSid: 'PA_x' }), touch({ roomSid: 'RM_x' }), touch({}))).toEqual(
        [],
      );
    });

    test('a batch is asked about once, and a part of it is read from the same answer', async () => {
      const batch = [touch({ participantSid: 'PA_a' }), touch({ participantSid: 'PA_c' })];
      const first = await inTx((tx) => callsOfFacts(tx, batch));
      expect(await inTx((tx) => callsOfFacts(tx, batch))).toBe(first);
      expect(callsTouched(batch.slice(1), first)).toEqual(['call_3']);
    });
  });
}
