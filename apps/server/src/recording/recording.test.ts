import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Stage } from './stage.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`recording on ${kind.name}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-recordings-'));
    const stage = new Stage();
    let isFull = false;
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let id: string;
    let callId: string;
    let room: string;

    beforeAll(async () => {
      house = await new House(kind, {
        idle: true,
        recorder: stage,
        recordingFiles: { hasRoom: async () => !isFull },
        env: { LATIDO_RECORDINGS_DIR: folder },
      }).open();
      desk = new Desk(house);
    });
    afterAll(async () => {
      await house.close();
      rmSync(folder, { recursive: true, force: true });
    });
    beforeEach(async () => {
      stage.wrong = null;
      stage.plays = null;
      isFull = false;
      stage.shots.length = 0;
      if (callId) await endAll();
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
      id = await desk.begun(dora, [alice, anna]);
      ({ callId, room } = await desk.enter(dora, id));
      await enter(alice);
    });

    const enter = async (who: Guest) => {
      await desk.admitted(dora, who, id);
      return await desk.enter(who, id);
    };
    const url = (rest = ''): string => `/calls/${callId}/recordings${rest}`;
    const ask = async (who: Guest) => await desk.ask('POST', url(), who);
    const asked = async (): Promise<string> => (await ask(dora)).body.id;
    const say = (who: Guest, rid: string, yes: boolean) =>
      desk.ask('POST', url(`/${rid}/consent`), who, { yes });
    const list = async (who: Guest = dora) => (await desk.ask('GET', url(), who)).body;
    const newest = async (who: Guest = dora) => (await list(who)).items[0];
    const endAll = async () => {
      for (const { id: rid } of (await list()).items) await desk.ask('POST', url(`/${rid}/stop`), dora);
      await house.settled();
    };
    const recorded = async (): Promise<string> => {
      const rid = await asked();
      await say(alice, rid, true);
      await house.settled();
      return rid;
    };
    /** Days on the house's clock are a million beats: the recordings are made older instead. */
    const ageBy = async (days: number) => {
      await sql`update recording.recording set ended_at = ended_at - make_interval(days => ${days})`.execute(
        house.server.database.db,
      );
      await house.settled();
    };
    const file = (who: Guest, rid: string, headers: Record<string, string> = {}) =>
      house.server.app.inject({
        url: `/api/v1${url(`/${rid}/file`)}`,
        headers: { ...who.headers, ...headers },
      });

    it('[REC-1] nothing is recorded before the last of those present has said yes; their answers stand with person and instant', async () => {
      const rid = await asked();
      await house.settled();
      expect(stage.shots).toEqual([]);
      expect(await newest(alice)).toMatchObject({
        state: 'asked',
        askedBy: { name: 'dora' },
        waitingFor: [{ name: 'alice' }],
        answers: [{ name: 'dora', yes: true, at: expect.any(String) }],
      });
      expect((await say(alice, rid, true)).body).toMatchObject({ state: 'recording', waitingFor: [] });
      expect(stage.shots).toHaveLength(1);
      expect(stage.last.allowed[0]).toEqual([alice.personId, dora.personId].toSorted());
    });

    it('[REC-2] a no refuses what was asked; asked again it is another recording; a yes taken back stops it', async () => {
      const first = await asked();
      expect((await say(alice, first, false)).body).toMatchObject({ state: 'refused', reason: 'said_no' });
      expect((await say(alice, first, true)).body.code).toBe('recording.over');
      expect(stage.shots).toEqual([]);
      const second = await recorded();
      expect((await say(alice, second, false)).body).toMatchObject({ state: 'stopped', reason: 'said_no' });
      await house.settled();
      expect(stage.last.isStopped).toBe(true);
      expect((await list()).items).toMatchObject([
        { id: second, parts: [{ n: 1, bytes: 10, durationMs: 1_000 }] },
        { id: first, parts: [] },
      ]);
    });

    it('[REC-3] who comes later is asked too, and is not recorded before their yes', async () => {
      const rid = await recorded();
      await enter(anna);
      expect(await newest(anna)).toMatchObject({ state: 'recording', waitingFor: [{ name: 'anna' }] });
      expect(stage.last.allowed.flat()).not.toContain(anna.personId);
      await say(anna, rid, true);
      expect(stage.last.allowed.at(-1)).toContain(anna.personId);
      await say(anna, rid, false);
      expect(stage.last.isStopped).toBe(true);
    });

    it('[REC-4] a mentee does not ask, nor anybody once it is over', async () => {
      expect((await ask(alice)).body.code).toBe('call.not_yours');
      expect(await list(alice)).toMatchObject({ mayAsk: false, unavailable: null });
      expect(await list()).toMatchObject({ mayAsk: true });
      const dan = await desk.invite('dan', 'mentor');
      const other = await desk.begun(dan, [await desk.invite('mila', 'client')]);
      const { body } = await desk.act(dan, other, 'token', {});
      expect((await desk.ask('POST', `/calls/${body.callId}/recordings`, dan)).body.code).toBe(
        'recording.not_now',
      );
      await desk.act(dora, id, 'end');
      await house.settled();
      expect((await ask(dora)).body.code).toBe('call.ended');
    });

    it('[REC-5] what nobody answers is refused after two minutes; the end of the call stops what is recorded', async () => {
      await asked();
      await desk.pass(2);
      expect(await newest()).toMatchObject({ state: 'refused', reason: 'not_answered' });
      await recorded();
      await desk.act(dora, id, 'end');
      await house.settled();
      expect(await newest()).toMatchObject({ state: 'stopped', reason: 'call_ended', parts: [{ n: 1 }] });
    });

    it('[REC-6] after a part that broke there is another; a full disk ends it', async () => {
      const rid = await recorded();
      stage.last.onBroken({ diskIsFull: false, durationMs: null });
      await desk.pass(1);
      expect(stage.shots).toHaveLength(2);
      stage.last.onBroken({ diskIsFull: true, durationMs: 500 });
      await house.settled();
      expect(await newest()).toMatchObject({
        id: rid,
        state: 'stopped',
        reason: 'disk_full',
        parts: [
          { n: 1, durationMs: null },
          { n: 2, durationMs: 500 },
        ],
      });
    });

    it('[REC-7] the file is given in ranges, and to people of the call alone', async () => {
      const rid = await recorded();
      expect((await file(dora, rid)).json().code).toBe('recording.not_ready');
      await endAll();
      const whole = await file(alice, rid);
      expect([whole.statusCode, whole.body, whole.headers['accept-ranges']]).toEqual([
        200,
        '0123456789',
        'bytes',
      ]);
      expect(whole.headers['content-type']).toBe('video/mp4');
      expect(whole.headers['cache-control']).toBe('no-store');
      const part = await file(alice, rid, { range: 'bytes=2-5' });
      expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([
        206,
        '2345',
        'bytes 2-5/10',
      ]);
      expect(part.headers['cache-control']).toBe('no-store');
      const beyond = await file(alice, rid, { range: 'bytes=10-' });
      expect([beyond.statusCode, beyond.json().code, beyond.headers['content-range']]).toEqual([
        416,
        'recording.range',
        'bytes */10',
      ]);
      const admin = await desk.invite('admin', 'admin');
      expect((await file(admin, rid)).json().code).toBe('call.not_yours');
      expect((await file(await desk.invite('eve', 'client'), rid)).json().code).toBe('call.not_found');
      expect((await file({ personId: '', headers: {} }, rid)).statusCode).toBe(401);
      expect((await file(alice, '../../secrets')).statusCode).toBe(404);
    });

    it('[REC-9] strangers neither answer nor list nor stop, and staff do not answer for others', async () => {
      const rid = await asked();
      const eve = await desk.invite('eve', 'client');
      const admin = await desk.invite('admin', 'admin');
      for (const answer of [await say(eve, rid, true), await desk.ask('GET', url(), eve), await ask(eve)])
        expect(answer.body.code).toBe('call.not_found');
      expect((await say(admin, rid, true)).body.code).toBe('call.not_yours');
      expect((await desk.ask('POST', url(`/${rid}/stop`), admin)).body.code).toBe('call.not_yours');
      expect((await desk.ask('POST', url(`/${rid}/consent`), alice, { yes: 'sure' })).body.code).toBe(
        'request.invalid',
      );
      expect((await say(alice, 'recording_none', true)).body.code).toBe('recording.not_found');
    });

    it('[REC-10] one at a time a call, two at once a server', async () => {
      const both = await Promise.all([ask(dora), ask(dora)]);
      expect(both.map(({ status }) => status).toSorted()).toEqual([201, 409]);
      expect(both.find(({ status }) => status === 409)?.body.code).toBe('recording.goes_on');
      const answers: string[] = [];
      const opened: (() => Promise<unknown>)[] = [];
      for (const name of ['dan', 'dave']) {
        const mentor = await desk.invite(name, 'mentor');
        const other = await desk.begun(mentor, [await desk.invite('mila', 'client')]);
        const at = `/calls/${(await desk.enter(mentor, other)).callId}/recordings`;
        const { body } = await desk.ask('POST', at, mentor);
        answers.push(body.code ?? body.state);
        opened.push(() => desk.ask('POST', `${at}/${body.id}/stop`, mentor));
      }
      // Who is alone has answered for everybody.
      expect(answers).toEqual(['recording', 'recording.busy']);
      for (const stop of opened) await stop();
    });

    it('[REC-11] without ffmpeg nothing is asked, and the list says why', async () => {
      stage.wrong = 'there is no ffmpeg';
      expect((await ask(dora)).body).toMatchObject({ code: 'recording.unavailable', status: 503 });
      expect(await list()).toMatchObject({
        items: [],
        mayAsk: true,
        unavailable: {
          code: 'recording.unavailable',
          detail: 'Nothing can be recorded here: there is no ffmpeg.',
        },
      });
    });

    it('[REC-11] on a full disk nothing is asked; what is recorded stops and stays, and the call goes on', async () => {
      isFull = true;
      expect((await ask(dora)).body).toMatchObject({
        code: 'recording.disk_full',
        status: 507,
        detail: 'The disk of the server is all but full.',
      });
      expect((await list()).items).toEqual([]);
      isFull = false;
      const rid = await recorded();
      isFull = true;
      await desk.pass(1);
      expect(await newest()).toMatchObject({
        id: rid,
        state: 'stopped',
        reason: 'disk_full',
        parts: [{ n: 1 }],
      });
      expect((await file(dora, rid)).statusCode).toBe(200);
      expect((await desk.get(dora, id)).status).toBe('IN_PROGRESS');
    });

    it('[REC-20] whose end is being written is told to be, until it is there', async () => {
      let write = (): void => undefined;
      stage.written = new Promise((resolve) => (write = resolve));
      const rid = await recorded();
      expect(await newest()).toMatchObject({ state: 'recording', isWriting: false });
      await desk.ask('POST', url(`/${rid}/stop`), dora);
      expect(await newest()).toMatchObject({ state: 'stopped', isWriting: true, parts: [] });
      write();
      await house.settled();
      expect(await newest()).toMatchObject({ isWriting: false, parts: [{ bytes: 10 }] });
    });

    it('[REC-12] who asked deletes it, a mentee does not; who did and when stays; what is old goes by itself', async () => {
      const rid = await recorded();
      expect((await desk.ask('DELETE', url(`/${rid}`), alice)).body.code).toBe('auth.forbidden');
      const gone = await desk.ask('DELETE', url(`/${rid}`), dora);
      expect(gone.body).toMatchObject({ state: 'deleted', deletedBy: { name: 'dora' }, parts: [] });
      expect(stage.last.isStopped).toBe(true);
      expect((await file(dora, rid)).json().code).toBe('recording.not_found');
      const old = await recorded();
      await endAll();
      await ageBy(29);
      const kept = await newest();
      expect(kept).toMatchObject({ id: old, state: 'stopped' });
      expect(Date.parse(kept.keptUntil) - Date.parse(kept.endedAt)).toBe(30 * 86_400_000);
      await ageBy(1);
      expect(await newest()).toMatchObject({
        state: 'deleted',
        reason: 'expired',
        deletedBy: null,
        keptUntil: null,
      });
      expect((await file(dora, old)).statusCode).toBe(404);
    });

    it('[REC-13] a recorder in the room is neither asked nor attended', async () => {
      const rid = await asked();
      house.fake.join({ room, identity: `recorder-${rid}-1`, hidden: true, recorder: true });
      await house.settled();
      expect((await newest()).waitingFor).toMatchObject([{ name: 'alice' }]);
      await say(alice, rid, true);
      expect(await newest()).toMatchObject({ state: 'recording' });
      const report = (await desk.ask('GET', `/calls/${callId}/attendance`, dora)).body;
      expect(JSON.stringify(report)).not.toContain('recorder-');
    });

    it('[REC-17] who came in and whose hand went up meanwhile are chapters, and go with what is deleted', async () => {
      const rid = await recorded();
      await house.clock.advance(500);
      await desk.ask('PUT', `/bookings/${id}/room/hand`, alice);
      await house.clock.advance(200);
      await enter(anna);
      await house.clock.advance(500);
      await desk.ask('DELETE', `/bookings/${id}/room/hand`, alice);
      await desk.ask('PUT', `/bookings/${id}/room/hand`, alice);
      await endAll();
      expect((await newest()).chapters).toMatchObject([
        { part: 1, atMs: 500, kind: 'hand', name: 'alice' },
        { part: 1, atMs: 700, kind: 'join', name: 'anna' },
      ]);
      await desk.ask('DELETE', url(`/${rid}`), dora);
      expect(await newest()).toMatchObject({ state: 'deleted', chapters: [] });
    });

    it('[REC-14] a server that ends leaves the file, and the next one goes on with another part', async () => {
      const rid = await recorded();
      await house.restart();
      await house.settled();
      expect(stage.shots).toHaveLength(2);
      expect(stage.shots[0]?.isStopped).toBe(true);
      await endAll();
      expect(await newest()).toMatchObject({ id: rid, state: 'stopped', parts: [{ n: 1 }, { n: 2 }] });
    });

    it('[REC-14] what ended while no server was there is written down by the next one, and what lies elsewhere is left to its node', async () => {
      const rid = await recorded();
      await endAll();
      const { db } = house.server.database;
      // As a server leaves it that was killed, and whose call ended before another one came.
      await sql`update recording.part set ended_at = null, bytes = null, duration_ms = null`.execute(db);
      await sql`insert into recording.part (recording_id, n, started_at) values (${rid}, 2, now())`.execute(
        db,
      );
      await sql`update recording.recording set beat_at = beat_at - interval '6 minutes'`.execute(db);
      expect((await newest()).parts).toEqual([]);
      stage.plays = 60_690;
      await house.settled();
      expect((await newest()).parts).toMatchObject([{ n: 1, bytes: 10, durationMs: 60_690 }]);
      const { rows } =
        await sql`select n from recording.part where recording_id = ${rid} and ended_at is null`.execute(db);
      expect(rows).toEqual([{ n: 2 }]);
    });
  });
}
