import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`messages to plain LiveKit clients on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let callId: string;
    let room: string;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
      const id = await desk.begun(dora, [alice, anna]);
      ({ callId, room } = await desk.enter(dora, id));
      for (const who of [alice, anna]) {
        await desk.admitted(dora, who, id);
        await desk.enter(who, id);
      }
    });
    afterAll(() => house.close());

    const say = (who: Guest, id: string, text: string) =>
      desk.ask('POST', `/calls/${callId}/messages`, who, { id, text });
    const sent = () => house.fake.sentData;

    it('[CHAT-18] all but the writer are sent what was written, once it is stored, under both topics and in order', async () => {
      await say(dora, 'm-1', 'Hello');
      await say(dora, 'm-1', 'Hello');
      await say(dora, 'm-2', 'x'.repeat(4_000));
      await house.settled();
      expect(sent().map(({ topic }) => topic)).toEqual([
        'lk.chat',
        'lk-chat-topic',
        'lk.chat',
        'lk-chat-topic',
      ]);
      const [first, , third] = sent();
      expect(first?.room).toBe(room);
      expect(first?.identities.toSorted()).toEqual([alice.personId, anna.personId].toSorted());
      expect(JSON.parse(first?.text ?? '')).toMatchObject({
        id: 'm-1',
        message: 'dora: Hello',
        name: 'dora',
        seq: 1,
        timestamp: expect.any(Number),
      });
      expect(Buffer.byteLength(third?.text ?? '')).toBeLessThan(15_000);
    });

    it('[CHAT-18] who blocked the writer is sent nothing of them', async () => {
      await desk.ask('POST', `/people/${dora.personId}/block`, anna);
      const before = sent().length;
      await say(dora, 'm-3', 'Not for Anna');
      await house.settled();
      expect(
        sent()
          .slice(before)
          .map(({ identities }) => identities),
      ).toEqual([[alice.personId], [alice.personId]]);
      await desk.ask('DELETE', `/people/${dora.personId}/block`, anna);
    });

    it('[CHAT-18] a LiveKit that takes nothing harms nothing: what was written is there, and the next one is written', async () => {
      await house.fake.stop();
      expect((await say(dora, 'm-4', 'Nobody hears it there')).status).toBe(201);
      expect((await say(alice, 'm-5', 'And yet')).status).toBe(201);
      const { items } = (await desk.ask('GET', `/calls/${callId}/messages`, anna)).body;
      expect(items.slice(-2).map(({ id }: { id: string }) => id)).toEqual(['m-4', 'm-5']);
      await house.server.caughtUp();
    });
  });
}
