import type { AddressInfo } from 'node:net';
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { House } from '../house.testing.ts';
import { Desk, type Guest } from '../desk.testing.ts';
import { openTestDatabases, readPdf } from '../platform/testing.ts';
import { Editor } from './notes.testing.ts';

/** A frame by which a client that nobody is moves a cursor. */
function cursorFrame(name: string, cursor: string): Uint8Array {
  const update = createEncoder();
  for (const number of [1, 4_711, 1]) writeVarUint(update, number);
  writeVarString(update, `{"cursor":${cursor}}`);
  const frame = createEncoder();
  writeVarString(frame, name);
  writeVarUint(frame, 1);
  writeVarUint8Array(frame, toUint8Array(update));
  return toUint8Array(frame);
}

for (const kind of await openTestDatabases()) {
  describe(`notes on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let id: string;
    const editors: Editor[] = [];

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client');
      id = await desk.begun(dora, [alice, anna]);
    });
    afterEach(() => {
      for (const editor of editors.splice(0)) editor.close();
    });

    const url = (): string => `http://127.0.0.1:${(house.server.app.server.address() as AddressInfo).port}`;
    const ticket = async (who: Guest) => (await desk.act(who, id, 'notes/ticket')).body;
    const open = async (who: Guest): Promise<Editor> => {
      const editor = new Editor(url(), await ticket(who));
      editors.push(editor);
      await expect.poll(() => editor.provider.synced).toBe(true);
      return editor;
    };
    const saved = async (...all: Editor[]): Promise<void> => {
      for (const editor of all) await expect.poll(() => editor.isSaved).toBe(true);
    };
    const closing = (editor: Editor) => expect.poll(() => editor.closed.at(0));
    const read = (who: Guest, file = 'notes.md') => desk.ask('GET', `/bookings/${id}/${file}`, who);
    const versions = async (who: Guest = dora) => (await read(who, 'notes/versions')).body.items;
    const answerOf = (address: string): Promise<number> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${url().replace('http', 'ws')}${address}`);
        socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
        socket.on('open', () => resolve(101));
        socket.on('error', () => undefined);
      });

    it('[NOTES-6] a stranger gets neither ticket nor socket, and a ticket of one page opens no other', async () => {
      const stranger = await desk.invite('stranger', 'client');
      expect(await desk.act(stranger, id, 'notes/ticket')).toMatchObject({
        status: 404,
        body: { code: 'booking.not_found' },
      });
      expect((await read(stranger)).status).toBe(404);
      expect(
        (await desk.ask('POST', `/bookings/${id}/notes/ticket`, { personId: '', headers: {} })).status,
      ).toBe(401);
      expect(await answerOf('/notes')).toBe(401);
      expect(await answerOf('/notes?ticket=forged.forged')).toBe(401);
      const another = await desk.begun(await desk.invite('dan', 'mentor'), [stranger]);
      const wrong = new Editor(url(), { ...(await ticket(alice)), name: another });
      editors.push(wrong);
      const refused = new Promise((resolve) =>
        wrong.provider.on('authenticationFailed', (why: unknown) => resolve(why)),
      );
      await refused;
      expect(wrong.provider.synced).toBe(false);
    });

    it('[NOTES-6] who is removed is cut off, and gets no other ticket', async () => {
      const entry = await desk.admitted(dora, alice, id);
      const hers = await open(alice);
      const annas = await open(anna);
      await desk.act(dora, id, `lobby/${entry}/remove`);
      await closing(hers).toEqual({ code: 4403, reason: 'notes.closed' });
      expect(await desk.act(alice, id, 'notes/ticket')).toMatchObject({
        status: 403,
        body: { code: 'notes.closed' },
      });
      expect((await read(alice)).status).toBe(403);
      annas.write('still here');
      await saved(annas);
      expect(annas.closed).toEqual([]);
    });

    it('[NOTES-6] who signs out is cut off', async () => {
      const hers = await open(alice);
      await house.server.app.inject({ method: 'POST', url: '/api/auth/sign-out', headers: alice.headers });
      await house.server.access.endings.look();
      await closing(hers).toEqual({ code: 4401, reason: 'auth.required' });
    });

    it('[NOTES-1] the mentor says that mentees read only: who writes all the same is not heard', async () => {
      const [doras, hers] = [await open(dora), await open(alice)];
      expect((await desk.ask('GET', `/bookings/${id}/notes`, alice)).body).toMatchObject({ mayWrite: true });
      const patch = async (who: Guest, menteesWrite: boolean) => {
        const { headers } = who;
        const payload = { menteesWrite };
        const at = `/api/v1/bookings/${id}/notes`;
        return await house.server.app.inject({ method: 'PATCH', url: at, headers, payload });
      };
      expect((await patch(alice, true)).json().code).toBe('auth.forbidden');
      expect((await patch(dora, false)).json()).toMatchObject({ menteesWrite: false, mayWrite: true });
      hers.write('not for the page');
      doras.write('for all');
      await saved(doras);
      await expect.poll(() => hers.text).toContain('for all');
      expect((await read(dora)).body).toBe('for all\n');
      expect((await ticket(alice)).mayWrite).toBe(false);
      expect((await desk.act(alice, id, 'notes/versions', { name: 'mine' })).body.code).toBe(
        'notes.read_only',
      );
    });

    it('[NOTES-7] two who write at once see each other’s words, and so does who comes back', async () => {
      const [doras, hers] = [await open(dora), await open(alice)];
      doras.write('from dora');
      hers.write('from alice');
      await saved(doras, hers);
      await expect.poll(() => doras.text).toContain('from alice');
      await expect.poll(() => hers.text).toBe(doras.text);
      hers.goOffline();
      await expect.poll(() => hers.isOffline).toBe(true);
      hers.write('written without a network');
      doras.write('meanwhile');
      await saved(doras);
      await hers.goOnline();
      await expect.poll(() => doras.text).toContain('written without a network');
      await expect.poll(() => hers.text).toContain('meanwhile');
      hers.close();
      const again = await open(anna);
      expect(again.text).toBe(doras.text);
    });

    it('[NOTES-8] what was acknowledged stands in the store, and a server that starts anew knows it', async () => {
      const hers = await open(alice);
      for (let n = 0; n < 30; n += 1) {
        hers.write(`line ${n}`);
        await saved(hers);
        expect((await read(dora)).body).toContain(`line ${n}`);
      }
      hers.close();
      await house.restart();
      expect((await open(anna)).text).toBe(Array.from({ length: 30 }, (_, n) => `line ${n}`).join('\n'));
    });

    it.each([
      ['no frame', () => Uint8Array.of(255, 255, 255), 4400, 'notes.invalid'],
      [
        'no update',
        (e: Editor) => e.frame(new TextEncoder().encode('this is not Yjs')),
        4400,
        'notes.invalid',
      ],
      ['5 MB', (e: Editor) => e.frame(new Uint8Array(5 * 1024 * 1024)), 1009, ''],
      [
        'words that build on words to come',
        (e: Editor) => e.frame(Uint8Array.of(1, 1, 9, 0, 132, 9, 5, 1, 97, 0)),
        4400,
        'notes.invalid',
      ],
    ])('[NOTES-9] %s is refused with a code, and nobody else notices', async (_what, bad, code, reason) => {
      const [doras, hers] = [await open(dora), await open(alice)];
      hers.send(bad(hers));
      await closing(hers).toEqual({ code, reason });
      doras.write('undisturbed');
      await saved(doras);
      expect(doras.closed).toEqual([]);
      // And they may come back.
      await expect.poll(() => hers.text).toContain('undisturbed');
    });

    it('[NOTES-9] a thousand in a second are stopped, and what others write is saved', async () => {
      const [doras, hers] = [await open(dora), await open(alice)];
      for (let n = 0; n < 1_000; n += 1) hers.write('x');
      await closing(hers).toEqual({ code: 4429, reason: 'request.rate_limited' });
      doras.write('undisturbed');
      await saved(doras);
      expect(doras.closed).toEqual([]);
      // What was too much at once comes as one change when she is back: nothing is lost.
      await saved(hers);
      expect(hers.text.match(/x/g)).toHaveLength(1_000);
    });

    it('[NOTES-9] a page that is full takes no more, and is read as before', async () => {
      const hers = await open(alice);
      for (let n = 0; n < 8; n += 1) {
        hers.write(`${n}`.repeat(1_000_000));
        await saved(hers);
      }
      hers.write('9'.repeat(900_000));
      await closing(hers).toEqual({ code: 4413, reason: 'notes.full' });
      expect((await read(dora)).body).not.toContain('9');
    });

    it('[NOTES-10] a version after two minutes of change, one by hand, one at the end', async () => {
      const hers = await open(alice);
      hers.write('first');
      await saved(hers);
      await desk.pass(1);
      expect(await versions()).toEqual([]);
      await desk.pass(2);
      expect(await versions()).toMatchObject([{ n: 1, kind: 'auto', name: null, by: null }]);
      await desk.pass(5);
      expect(await versions()).toHaveLength(1);
      const named = await desk.act(alice, id, 'notes/versions', { name: 'Plan' });
      expect(named).toMatchObject({
        status: 201,
        body: { n: 2, kind: 'named', name: 'Plan', by: { name: 'alice' } },
      });
      hers.write('last words');
      await saved(hers);
      await desk.act(dora, id, 'end');
      await house.settled();
      expect(await versions()).toMatchObject([{ n: 3, kind: 'end' }, { n: 2 }, { n: 1 }]);
      expect((await read(alice, 'notes/versions/2')).body).toMatchObject({
        markdown: 'first\n',
        html: '<p>first</p>',
      });
    });

    it('[NOTES-10] a version is restored as a new one, in every open editor, and what stood before is kept', async () => {
      const [doras, hers] = [await open(dora), await open(alice)];
      hers.write('as it was');
      await saved(hers);
      await desk.act(alice, id, 'notes/versions', { name: 'before' });
      doras.write('a mistake');
      await saved(doras);
      const restored = await desk.act(dora, id, 'notes/versions/1/restore');
      expect(restored).toMatchObject({ status: 201, body: { n: 3, kind: 'restored', name: '1' } });
      await expect.poll(() => [doras.text, hers.text]).toEqual(['as it was', 'as it was']);
      expect((await read(alice, 'notes/versions/2')).body.markdown).toBe('as it was\n\na mistake\n');
      hers.write('goes on');
      await saved(hers);
      await expect.poll(() => doras.text).toBe('as it was\ngoes on');
      expect(await desk.act(dora, id, 'notes/versions/99/restore')).toMatchObject({
        status: 404,
        body: { code: 'notes.version_not_found' },
      });
      expect((await desk.act(dora, id, 'notes/versions', { name: ' ' })).body.code).toBe('request.invalid');
    });

    it('[NOTES-11] the page leaves the house as Markdown, HTML and PDF', async () => {
      const hers = await open(alice);
      hers.write('<b>bold</b> & *stars*');
      await saved(hers);
      expect((await read(dora)).body).toBe('\\<b\\>bold\\</b\\> &amp; \\*stars\\*\n');
      expect((await read(dora, 'notes.html')).body).toContain(
        '<p>&#60;b&#62;bold&#60;/b&#62; &#38; *stars*</p>',
      );
      const pdf = await house.server.app.inject({
        url: `/api/v1/bookings/${id}/notes.pdf`,
        headers: alice.headers,
      });
      expect(pdf.headers['content-type']).toBe('application/pdf');
      expect(readPdf(pdf.rawPayload).texts.join(' ')).toContain('<b>bold</b> & *stars*');
      const admin = await desk.invite('admin', 'admin');
      expect((await read(admin)).status).toBe(200);
    });

    it('[NOTES-12] a cursor bears the name of whose it is, and nobody moves another’s', async () => {
      const [doras, hers] = [await open(dora), await open(alice)];
      hers.provider.setAwarenessField('user', { name: 'Dora', personId: dora.personId, color: 'red;}' });
      await expect.poll(() => doras.names).toEqual([{ name: 'alice', personId: alice.personId }]);
    });

    it('[NOTES-12] a cursor that lies deeper than it can be written is nobody’s, and ends nothing', async () => {
      const [doras, hers] = [await open(dora), await open(alice)];
      hers.send(cursorFrame(id, '['.repeat(20_000) + ']'.repeat(20_000)));
      hers.write('goes on');
      await saved(hers);
      await expect.poll(() => doras.text).toBe('goes on');
      expect(hers.closed).toEqual([]);
    });

    it('[NOTES-13] a page of many updates is put together, and opens as it stood', async () => {
      const hers = await open(alice);
      for (let n = 0; n < 310; n += 1) {
        hers.write(`${n}`);
        if (n % 10 === 0) await saved(hers);
      }
      await saved(hers);
      await house.settled();
      const before = hers.text;
      hers.write('after');
      await saved(hers);
      expect((await open(anna)).text).toBe(`${before}\nafter`);
    });
  });
}
