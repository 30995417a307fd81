import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Stage } from './stage.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`after a no to a recording on ${kind.name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-recordings-'));
    const stage = new Stage();
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let id: string;
    let callId: string;
    let seat: { leave(): void };

    beforeAll(async () => {
      const env = { LATIDO_RECORDINGS_DIR: folder, LATIDO_RECORDINGS_MAX: '20' };
      house = await new House(kind, { idle: true, recorder: stage, env }).open();
      desk = new Desk(house);
    });
    afterAll(async () => {
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      stage.shots.length = 0;
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
      id = await desk.begun(dora, [alice, anna]);
      ({ callId } = await desk.enter(dora, id));
      await come(alice);
      seat = await come(anna);
    });

    const come = async (who: Guest) => {
      await desk.admitted(dora, who, id);
      return (await desk.enter(who, id)).there;
    };
    const url = (rest = ''): string => `/calls/${callId}/recordings${rest}`;
    const say = (who: Guest, rid: string, yes: boolean) =>
      desk.ask('POST', url(`/${rid}/consent`), who, { yes });
    const choose = (who: Guest, rid: string) => desk.ask('POST', url(`/${rid}/go-on`), who);
    const newest = async (who: Guest = dora) => (await desk.ask('GET', url(), who)).body.items[0];
    /** Everybody has said yes, save for Anna. */
    const refused = async (): Promise<string> => {
      const { body } = await desk.ask('POST', url(), dora);
      await say(alice, body.id, true);
      await say(anna, body.id, false);
      return body.id;
    };
    const leave = async () => {
      seat.leave();
      // Who is back in the very same millisecond has not left.
      await house.clock.advance(1_000);
      await house.settled();
    };

    it('[REC-16] where others are left it waits for the host, and nothing is recorded meanwhile', async () => {
      const rid = await refused();
      expect(await newest()).toMatchObject({
        id: rid,
        state: 'asked',
        heldAt: expect.any(String),
        goesOnAt: null,
        refusedBy: [{ name: 'anna' }],
        mayChoose: true,
      });
      expect(await newest(alice)).toMatchObject({ mayChoose: false });
      await leave();
      expect(await newest()).toMatchObject({ state: 'asked', refusedBy: [] });
      expect(stage.shots).toEqual([]);
      await desk.ask('POST', url(`/${rid}/stop`), dora);
      expect(await newest()).toMatchObject({ state: 'refused', reason: 'by_hand' });
    });

    it('[REC-16] the host goes on: once who said no has left it is recorded, without them', async () => {
      const rid = await refused();
      expect((await choose(alice, rid)).body.code).toBe('auth.forbidden');
      expect((await choose(dora, rid)).body).toMatchObject({ state: 'asked', goesOnAt: expect.any(String) });
      expect(stage.shots).toEqual([]);
      await leave();
      expect(await newest()).toMatchObject({ state: 'recording', heldAt: null });
      expect(stage.last.allowed.flat()).not.toContain(anna.personId);
      seat = (await desk.enter(anna, id)).there;
      expect(await newest()).toMatchObject({ state: 'asked', refusedBy: [{ name: 'anna' }], goesOnAt: null });
      expect(stage.last.isStopped).toBe(true);
      await say(anna, rid, true);
      expect(await newest()).toMatchObject({ state: 'recording', refusedBy: [] });
      expect(stage.shots).toHaveLength(2);
      expect(stage.last.allowed.flat()).toContain(anna.personId);
    });

    it('[REC-16] what the host does not choose within two minutes is over, and what was recorded stays', async () => {
      const { body } = await desk.ask('POST', url(), dora);
      for (const who of [alice, anna]) await say(who, body.id, true);
      await say(anna, body.id, false);
      expect(stage.last.isStopped).toBe(true);
      await desk.pass(2);
      expect(await newest()).toMatchObject({ state: 'stopped', reason: 'said_no', parts: [{ n: 1 }] });
      expect((await choose(dora, body.id)).body.code).toBe('recording.over');
    });

    it('[REC-3] who says no before they come in holds nothing until they do', async () => {
      await leave();
      const { body } = await desk.ask('POST', url(), dora);
      await say(alice, body.id, true);
      expect((await say(anna, body.id, false)).body).toMatchObject({ state: 'recording', refusedBy: [] });
      seat = (await desk.enter(anna, id)).there;
      expect(await newest()).toMatchObject({ state: 'asked', refusedBy: [{ name: 'anna' }] });
    });
  });
}
