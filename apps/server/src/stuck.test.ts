import { randomBytes } from 'node:crypto';
import { participantJoined, signWebhook, WEBHOOK_CONTENT_TYPE, webhookBody } from '@latido/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { House, type Guest } from './house.testing.ts';
import { wantRetry } from './platform/index.ts';
import { openTestDatabases } from './platform/testing.ts';
import { liveKitKeys } from './server.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`what cannot be folded, on ${kind.name}`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;
    let carol: Guest;
    let dora: Guest;

    beforeAll(async () => {
      house = await new House(kind).open();
      [alice, bob] = [await house.invite('alice', 'client'), await house.invite('bob', 'model')];
      [carol, dora] = [await house.invite('carol', 'client'), await house.invite('dora', 'model')];
    });
    afterAll(() => house.close());

    const together = async (payer: Guest, earner: Guest, roomName: string): Promise<string> => {
      let callId = '';
      for (const who of [payer, earner]) {
        const answer = await house.post('/api/livekit/token-secure', who, { roomName });
        const { video } = JSON.parse(Buffer.from(answer.token.split('.')[1], 'base64url').toString());
        house.fake.join({ room: video.room, identity: answer.identity });
        callId = answer.callId;
      }
      await house.settled();
      return callId;
    };
    const readyz = async () => (await house.server.app.inject('/readyz')).json();
    /** Somebody asked for another try: it comes with the stage's next look, which is ten seconds away at most. */
    const retried = async (key: string): Promise<void> => {
      await house.pass(11);
      await expect.poll(async () => (await readyz()).stuck).not.toContainEqual({ stage: 'metering', key });
    };
    const coins = async (callId: string, who: Guest) =>
      (await house.get(`/api/v1/calls/${callId}`, who)).coins;

    it('[FOLLOW-10] an identity that no index takes, in a webhook with a good signature, stops nobody else', async () => {
      const identity = randomBytes(3_000).toString('hex');
      const body = webhookBody(
        participantJoined({ room: 'elsewhere', participant: identity, id: 'EV_long' }),
      );
      const { apiKey, apiSecret } = liveKitKeys;
      const authorization = signWebhook(body, apiKey, apiSecret, { at: house.clock.now() });
      const headers = { authorization, 'content-type': WEBHOOK_CONTENT_TYPE };
      expect(await house.deliver({ body, headers })).toBe(200);
      const callId = await together(alice, bob, 'one');
      expect(await readyz()).toMatchObject({ ready: true, stuck: [{ stage: 'presence' }] });
      await house.pass(65);
      expect(await coins(callId, alice)).toBe(10);
      await house.post('/api/livekit/end-coin-session', bob, { roomName: 'one' });
      await house.settled();
      const { items } = await house.get('/api/status/updates?after=0', alice);
      expect(items.map(({ type }: { type: string }) => type)).toContain('call.ended');
    });

    it('[FOLLOW-10] a meter that cannot be laid after a charge is put aside; the tick goes on for the others', async () => {
      const { db } = house.server.database;
      const broken = await together(carol, dora, 'four');
      const whole = await together(alice, bob, 'five');
      await house.pass(30);
      await sql`update metering.meter set stops = '[5]' where call_id = ${broken}`.execute(db);
      // Nothing is heard of the call meanwhile: it is the tick that meets it.
      await house.pass(125);
      expect(await coins(whole, alice)).toBe(20);
      expect((await readyz()).stuck).toContainEqual({ stage: 'metering', key: broken });
      await sql`update metering.meter set stops = '[]' where call_id = ${broken}`.execute(db);
      await wantRetry(db);
      await retried(broken);
      await house.pass(3);
      expect(await coins(broken, carol)).toBe(20);
      for (const roomName of ['four', 'five'])
        await house.post('/api/livekit/end-coin-session', roomName === 'four' ? carol : alice, { roomName });
      await house.settled();
    });

    it('[FOLLOW-10] a meter that cannot be laid waits by itself, and is charged after the fix and a retry', async () => {
      const { db } = house.server.database;
      const broken = await together(carol, dora, 'two');
      await sql`update metering.meter set stops = '[5]' where call_id = ${broken}`.execute(db);
      const whole = await together(alice, bob, 'three');
      await house.pass(65);
      expect(await coins(whole, alice)).toBe(10);
      await house.post('/api/livekit/end-coin-session', carol, { roomName: 'two' });
      await house.settled();
      expect((await readyz()).stuck).toContainEqual({ stage: 'metering', key: broken });
      await sql`update metering.meter set stops = '[]' where call_id = ${broken}`.execute(db);
      await wantRetry(db, { stage: 'metering' });
      await retried(broken);
      await house.pass(3);
      expect(await coins(broken, carol)).toBe(10);
      const admin = await house.invite('admin', 'admin');
      expect(await house.get('/api/v1/admin/audit', admin)).toEqual({ sum: 0, differences: [] });
    });
  });
}
