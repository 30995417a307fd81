import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`what people did in a call, on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let id: string;
    let callId: string;
    const marks: string[] = [];

    const pass = async (s: number): Promise<void> => {
      await house.clock.advance(s * 1000);
      await house.settled();
    };
    const write = (who: Guest, n: number, text = 'Hi') =>
      desk.ask('POST', `/calls/${callId}/messages`, who, { id: `message-${n}`, text });

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      id = await desk.begun(dora, [alice]);
      const host = await desk.enter(dora, id);
      ({ callId } = host);
      await desk.admitted(dora, alice, id);
      const guest = await desk.enter(alice, id);
      const camera = host.there.publish('CAMERA');
      guest.there.publish('MICROPHONE');
      guest.there.publish('SCREEN_SHARE_AUDIO');
      await house.settled();
      await write(dora, 1);
      await write(alice, 1);
      await pass(30);
      host.there.unpublish(camera);
      const screen = host.there.publish('SCREEN_SHARE');
      await house.settled();
      marks.push(new Date(house.clock.now()).toISOString());
      await pass(20);
      await write(alice, 2);
      await write(alice, 2);
      host.there.unpublish(screen);
      await house.settled();
      await pass(10);
      await desk.act(dora, id, 'end');
      await house.settled();
    });
    afterAll(() => house.close());

    it('[ATT-18] camera, microphone and screen, as LiveKit told of their tracks', async () => {
      const { items } = (await desk.ask('GET', `/calls/${callId}/attendance`, dora)).body;
      expect(items).toMatchObject([
        { name: 'dora', cameraMs: 30_000, microphoneMs: 0, screenMs: 20_000 },
        { name: 'alice', cameraMs: 0, screenMs: 0 },
      ]);
      // Its end, or hers: the later of both words counts nothing.
      expect(items[1].microphoneMs).toBeGreaterThanOrEqual(59_000);
      expect(items[1].microphoneMs).toBeLessThanOrEqual(items[1].presentMs);
      const csv = String((await desk.ask('GET', `/calls/${callId}/attendance?format=csv`, dora)).body);
      expect(csv.split('\r\n')[1]).toMatch(/,30,0,20,1$/);
      const late = `/rooms/session-${id}/attendance?from=${marks[0]}`;
      expect((await desk.ask('GET', late, dora)).body.items[0]).toMatchObject({
        cameraMs: 0,
        screenMs: 20_000,
      });
    });

    it('[ATT-19] messages of each, a retry once, within the period alone', async () => {
      const written = async (path: string) =>
        (await desk.ask('GET', path, dora)).body.items.map(({ messages }: { messages: number }) => messages);
      expect(await written(`/calls/${callId}/attendance`)).toEqual([1, 2]);
      expect(await written(`/rooms/session-${id}/attendance`)).toEqual([1, 2]);
      expect(await written(`/rooms/session-${id}/attendance?from=${marks[0]}`)).toEqual([0, 1]);
    });
  });
}
