import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { loadConfig, silentLog } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { EgressStage } from './egress.testing.ts';
import { egressEngine } from './egress.ts';

const keys = { LIVEKIT_API_KEY: 'testkey', LIVEKIT_API_SECRET: 'a-secret-of-at-least-32-characters-xx' };

for (const kind of await openTestDatabases()) {
  describe(`recording by LiveKit Egress on ${kind.name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-egress-'));
    const egress = new EgressStage(keys.LIVEKIT_API_SECRET);
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let id: string;
    let callId: string;

    beforeAll(async () => {
      const url = await egress.listen();
      const env = { ...keys, LIVEKIT_URL: url, LIVEKIT_EGRESS: '1', LATIDO_RECORDINGS_DIR: folder };
      const recorder = egressEngine({ config: loadConfig(env), log: silentLog });
      if (!recorder) throw new Error('there is no engine');
      house = await new House(kind, { idle: true, recorder, env: { LATIDO_RECORDINGS_DIR: folder } }).open();
      desk = new Desk(house);
      [dora, alice, anna] = [
        await desk.invite('dora', 'mentor'),
        await desk.invite('alice', 'client'),
        await desk.invite('anna', 'client'),
      ];
      id = await desk.begun(dora, [alice, anna]);
      ({ callId } = await desk.enter(dora, id));
      await enter(alice);
    });
    afterAll(async () => {
      await house.close();
      await egress.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const enter = async (who: Guest) => {
      await desk.admitted(dora, who, id);
      return await desk.enter(who, id);
    };
    const url = (rest = ''): string => `/calls/${callId}/recordings${rest}`;
    const say = (who: Guest, rid: string, yes: boolean) =>
      desk.ask('POST', url(`/${rid}/consent`), who, { yes });
    const newest = async () => (await desk.ask('GET', url(), dora)).body.items[0];
    const startedParts = async (count: number) => {
      await expect.poll(async () => (await house.settled(), egress.started.length)).toBe(count);
      return egress.started.at(-1)!;
    };
    const recorded = async (count: number, guests: Guest[] = [alice]): Promise<string> => {
      const rid = (await desk.ask('POST', url(), dora)).body.id;
      for (const who of guests) await say(who, rid, true);
      await startedParts(count);
      return rid;
    };

    it('[REC-19] it is asked for the room as a whole once all have said yes, into the folder of recordings, and ended by the host', async () => {
      const rid = (await desk.ask('POST', url(), dora)).body.id;
      await house.settled();
      expect(egress.started).toEqual([]);
      await say(alice, rid, true);
      const begun = await startedParts(1);
      expect(begun).toMatchObject({ layout: 'grid', may: { roomRecord: true } });
      expect(begun.file).toMatch(new RegExp(`^${folder}/`));
      await desk.ask('POST', url(`/${rid}/stop`), dora);
      await expect.poll(newest).toMatchObject({
        id: rid,
        state: 'stopped',
        reason: 'by_hand',
        parts: [{ n: 1, bytes: 10, durationMs: 4_000 }],
      });
      expect(egress.stopped).toEqual([begun.egressId]);
    });

    it('[REC-19] it ends while somebody is there who has not said yes, and goes on as another part with their yes', async () => {
      const rid = await recorded(2);
      await enter(anna);
      await expect.poll(async () => (await house.settled(), egress.stopped.length)).toBe(2);
      await house.settled();
      expect(egress.started).toHaveLength(2);
      await say(anna, rid, true);
      await startedParts(3);
      await desk.ask('POST', url(`/${rid}/stop`), dora);
      await expect.poll(newest).toMatchObject({ state: 'stopped', parts: [{ n: 1 }, { n: 2 }] });
    });

    it('[REC-19] one that fails is followed by another part', async () => {
      const rid = (await desk.ask('POST', url(), dora)).body.id;
      for (const who of [alice, anna]) await say(who, rid, true);
      const { egressId } = await startedParts(4);
      egress.fail(egressId);
      await expect
        .poll(async () => {
          await desk.pass(2);
          return egress.started.length;
        })
        .toBe(5);
      await desk.ask('POST', url(`/${rid}/stop`), dora);
      await expect.poll(async () => (await newest()).state).toBe('stopped');
    });

    it('[REC-19] what a killed server left of this recording ends before the next part, and what a team has at work there stays', async () => {
      const rid = await recorded(6, [alice, anna]);
      const { room, file, egressId } = egress.started.at(-1)!;
      const left = egress.leave(room, file.replace(/\d+(?=\.mp4$)/, '9'));
      const theirs = egress.leave(room, '/theirs/talk.mp4');
      egress.fail(egressId);
      await expect
        .poll(async () => {
          await desk.pass(2);
          return egress.started.length;
        })
        .toBe(7);
      expect(egress.stopped).toContain(left);
      expect(egress.stopped).not.toContain(theirs);
      await desk.ask('POST', url(`/${rid}/stop`), dora);
      await expect.poll(async () => (await newest()).state).toBe('stopped');
    });

    it('[REC-19] where Egress does not answer nothing is asked, and it says so', async () => {
      egress.isAway = true;
      const refused = await desk.ask('POST', url(), dora);
      expect(refused).toMatchObject({
        status: 503,
        body: { code: 'recording.unavailable', detail: expect.stringContaining('Egress does not answer') },
      });
      egress.isAway = false;
    });
  });
}
