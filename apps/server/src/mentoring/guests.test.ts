import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { grantOf, House } from '../house.testing.ts';
import { openTestDatabases, readPdf } from '../platform/testing.ts';

const FIXED = { price: { kind: 'fixed', coins: 10 } };

for (const kind of await openTestDatabases()) {
  describe(`guests of sessions on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let from = 0;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
    });

    const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
    const letGuests = (id: string, isOn = true, renew = false, by = dora) =>
      desk.ask('PUT', `/bookings/${id}/guests`, by, { isOn, renew });
    const linkTo = async (id: string, by = dora): Promise<string> =>
      (await letGuests(id, true, false, by)).body.link;
    /** A session of somebody else's, at the same time. */
    async function elsewhere(mentee?: Guest) {
      const dan = await desk.invite('dan', 'mentor');
      const anna = mentee ?? (await desk.invite('anna', 'client'));
      const id = await desk.begun(dan, [anna], { title: 'Other' });
      return { id, dan, anna, link: await linkTo(id, dan) };
    }

    /** Comes by a link from an address of their own, as a browser without a sign-in does, or with the one of `known`. */
    async function visit(link: string, name: string, known?: Guest) {
      from += 1;
      const answer = await house.server.app.inject({
        method: 'POST',
        url: '/api/v1/guests',
        payload: { link, name },
        headers: known?.headers ?? {},
        remoteAddress: `203.0.113.${from % 250}`,
      });
      const body = answer.json();
      const headers = { authorization: `Bearer ${String(answer.headers['set-auth-token'])}` };
      return { status: answer.statusCode, body, headers, personId: String(body.personId), answer };
    }
    async function look(link: string, who?: Guest) {
      const url = `/api/v1/guests/${encodeURIComponent(link)}`;
      const answer = await house.server.app.inject({ url, headers: who?.headers ?? {} });
      return { status: answer.statusCode, body: answer.json() };
    }

    it('[MENTOR-30] the mentor lets guests in or not, and only the newest link is good', async () => {
      const id = await desk.begun(dora, [alice]);
      expect((await desk.ask('GET', `/bookings/${id}/guests`, dora)).body).toEqual({
        link: null,
        since: null,
        mayChange: true,
      });
      const first = await linkTo(id);
      // Switched on again it is the same link; asked for another one, it is another one.
      expect(await linkTo(id)).toBe(first);
      const second = (await letGuests(id, true, true)).body.link;
      expect(second).not.toBe(first);
      expect(code(await visit(first, 'Eva'))).toEqual([404, 'guest.link_invalid']);
      expect((await visit(second, 'Eva')).status).toBe(201);
      await letGuests(id, false);
      expect(code(await visit(second, 'Eva'))).toEqual([404, 'guest.link_invalid']);
      expect(code(await look(second))).toEqual([404, 'guest.link_invalid']);
      for (const who of [alice, await desk.invite('anna', 'mentor')]) {
        expect(code(await desk.ask('GET', `/bookings/${id}/guests`, who))).toEqual([
          404,
          'booking.not_found',
        ]);
        const put = await desk.ask('PUT', `/bookings/${id}/guests`, who, { isOn: true });
        expect(code(put)).toEqual([404, 'booking.not_found']);
      }
    });

    it('[MENTOR-30] where one pays by the minute nobody comes without an account', async () => {
      const id = await desk.begun(dora, [alice], { price: { kind: 'per_minute' } });
      expect(code(await letGuests(id))).toEqual([400, 'request.invalid']);
      expect((await desk.ask('GET', `/bookings/${id}/guests`, dora)).body).toMatchObject({
        mayChange: false,
      });
    });

    it('[MENTOR-30] who came by a link that is withdrawn asks no more, and who waits stays until a host decides', async () => {
      const id = await desk.begun(dora, [alice], FIXED);
      const link = await linkTo(id);
      const [eva, finn] = [await visit(link, 'Eva'), await visit(link, 'Finn')];
      const { entryId } = (await desk.act(eva, id, 'lobby')).body;
      await letGuests(id, false);
      expect(code(await desk.act(finn, id, 'lobby'))).toEqual([404, 'guest.link_invalid']);
      expect((await desk.act(eva, id, 'lobby', { entryId })).body).toMatchObject({ state: 'waiting' });
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      expect((await desk.act(eva, id, 'token', {})).status).toBe(200);
    });

    it('[MENTOR-31] nobody makes a link: forged, cut, of another session or as another text it is none', async () => {
      const id = await desk.begun(dora, [alice]);
      const link = await linkTo(id);
      const [body = '', seal = ''] = link.split('~');
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString());
      const { id: other, link: otherLink } = await elsewhere();
      claims.claims.bookingId = other;
      const swapped = Buffer.from(JSON.stringify(claims)).toString('base64url');
      const forged = [
        `${swapped}~${seal}`,
        `${body}~${otherLink.split('~')[1]}`,
        body,
        `${body}~`,
        `${link}~${seal}`,
        `${link}x`,
        id,
        '{}',
        '~',
        'x'.repeat(600),
      ];
      for (const each of forged) {
        expect([each, ...code(await visit(each, 'Mallory'))]).toEqual([each, 404, 'guest.link_invalid']);
        expect(code(await look(each))).toEqual([404, 'guest.link_invalid']);
      }
      // A ticket of ours that says the same is for something else.
      const eva = await visit(link, 'Eva');
      await desk.admitted(dora, eva, id);
      const { ticket } = (await desk.act(eva, id, 'notes/ticket')).body;
      expect(code(await visit(ticket, 'Mallory'))).toEqual([404, 'guest.link_invalid']);
    });

    it('[MENTOR-31] a name is one line that can be read, and the body nothing else', async () => {
      const link = await linkTo(await desk.begun(dora, [alice]));
      for (const name of ['', '   ', 'x'.repeat(61), 'Eva\nHost', 'Eva\u202Erof'])
        expect([name, ...code(await visit(link, name))]).toEqual([name, 400, 'request.invalid']);
      expect((await visit(link, '  Éva 👩‍🏫 <b>  ')).body.name).toBe('Éva 👩‍🏫 <b>');
    });

    it('[MENTOR-31] not before 15 minutes before the time, not after the end, and not once it is cancelled', async () => {
      const offeringId = await desk.offers(dora);
      const { id } = (await desk.book(alice, offeringId, desk.inMin(30))).body;
      const link = await linkTo(id);
      expect((await look(link)).body).toMatchObject({
        title: 'Review',
        hostName: 'dora',
        fault: 'too_early',
      });
      expect(code(await visit(link, 'Eva'))).toEqual([403, 'booking.not_started']);
      await desk.pass(16);
      expect((await look(link)).body).toMatchObject({ fault: null, you: null });
      const eva = await visit(link, 'Eva');
      expect((await desk.act(eva, id, 'lobby')).body).toMatchObject({
        state: 'waiting',
        status: 'SCHEDULED',
      });
      expect(code(await desk.act(eva, id, 'token', {}))).toEqual([403, 'booking.not_started']);
      await desk.act(dora, id, 'start');
      await desk.admitted(dora, eva, id);
      await desk.act(dora, id, 'end');
      expect(code(await visit(link, 'Finn'))).toEqual([409, 'booking.over']);
      expect(code(await desk.act(eva, id, 'token', {}))).toEqual([409, 'booking.over']);
      expect((await look(link)).body).toMatchObject({ fault: 'over' });
      expect(code(await letGuests(id))).toEqual([409, 'booking.over']);

      const next = (await desk.book(alice, offeringId, desk.inMin(70))).body.id;
      const nextLink = await linkTo(next);
      await desk.act(dora, next, 'cancel');
      await desk.pass(60);
      expect(code(await visit(nextLink, 'Eva'))).toEqual([409, 'booking.over']);
    });

    it('[MENTOR-31] thirty people are in a session, and a link makes thirty names a minute', async () => {
      const id = await desk.begun(dora, [alice]);
      const link = await linkTo(id);
      const guests = [];
      for (let n = 0; n < 28; n += 1) {
        const guest = await visit(link, `Guest ${n}`);
        await desk.act(guest, id, 'lobby');
        guests.push(guest);
      }
      expect(code(await visit(link, 'One more'))).toEqual([409, 'booking.full']);
      expect((await look(link)).body).toMatchObject({ fault: 'full' });
      await desk.ask('DELETE', `/bookings/${id}/lobby`, guests[0] as Guest);
      const eva = await visit(link, 'Eva');
      expect(eva.status).toBe(201);
      // Both have a name, and one place is left.
      expect((await desk.act(eva, id, 'lobby')).status).toBe(200);
      expect(code(await desk.act(guests[0] as Guest, id, 'lobby'))).toEqual([409, 'booking.full']);
      await desk.ask('DELETE', `/bookings/${id}/lobby`, guests[1] as Guest);
      expect((await visit(link, 'Finn')).status).toBe(201);
      expect(code(await visit(link, 'Gil'))).toEqual([429, 'request.rate_limited']);
    });

    it('[MENTOR-31] thirty names a minute are for one address', async () => {
      const payload = { link: 'none', name: 'Eva' };
      const post = () =>
        house.server.app.inject({
          method: 'POST',
          url: '/api/v1/guests',
          payload,
          remoteAddress: '198.51.100.7',
        });
      const statuses = [];
      for (let n = 0; n < 31; n += 1) statuses.push((await post()).statusCode);
      expect([statuses[29], statuses[30]]).toEqual([404, 429]);
    });

    it('[MENTOR-32] a guest comes in through the lobby by the name they typed, and stands so in how people came', async () => {
      const id = await desk.begun(dora, [alice], FIXED);
      const link = await linkTo(id);
      const eva = await visit(link, 'Eva');
      expect(eva.body).toMatchObject({ bookingId: id, name: 'Eva' });
      expect(String(eva.answer.headers['set-cookie'])).toMatch(/HttpOnly/i);
      expect(await house.get('/api/v1/me', eva)).toMatchObject({
        name: 'Eva',
        email: null,
        roles: [],
        isGuest: true,
      });
      expect(code(await desk.act(eva, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      const { entryId } = (await desk.act(eva, id, 'lobby')).body;
      const lobby = (await desk.ask('GET', `/bookings/${id}/lobby`, dora)).body;
      expect(lobby.items).toMatchObject([{ name: 'Eva', isBooked: false, isGuest: true, state: 'waiting' }]);
      expect(code(await desk.act(eva, id, `lobby/${entryId}/admit`))).toEqual([404, 'booking.not_found']);
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      const { token } = (await desk.act(eva, id, 'token', {})).body;
      expect(grantOf(token).name).toBe('Eva');
      const { callId, there } = await desk.enter(eva, id);
      const host = await desk.enter(dora, id);
      const said = await desk.ask('POST', `/calls/${callId}/messages`, eva, { id: 'm1', text: 'Hello' });
      expect(said.status).toBeLessThan(300);
      expect((await desk.ask('GET', `/bookings/${id}/notes`, eva)).body).toMatchObject({ mayWrite: true });
      expect((await desk.ask('PUT', `/bookings/${id}/room/hand`, eva)).status).toBe(200);
      await desk.pass(3);
      there.leave();
      host.there.leave();
      await house.settled();
      await desk.act(dora, id, 'end');
      const { coming } = await desk.get(dora, id);
      expect(coming.find(({ name }: { name: string }) => name === 'Eva')).toMatchObject({
        isGuest: true,
        verdict: 'present',
        messages: 1,
      });
      expect((await desk.get(eva, id)).coming).toMatchObject([{ name: 'Eva' }]);
      const file = async (form: string) => {
        const url = `/api/v1/bookings/${id}/attendance?format=${form}`;
        return await house.server.app.inject({ url, headers: dora.headers });
      };
      const lines = (await file('csv')).body.trimEnd().split('\r\n');
      expect(lines.map((line) => line.split(',').at(-1))).toEqual(['is_guest', 'false', 'false', 'true']);
      expect(readPdf((await file('pdf')).rawPayload).texts).toContain('Eva (guest)');
      expect(await desk.wallet(alice)).toEqual({ available: 100, held: 0 });
    });

    it('[MENTOR-32] a guest has nothing else here, and cannot sign in again', async () => {
      const id = await desk.begun(dora, [alice]);
      const eva = await visit(await linkTo(id), 'Eva');
      const { id: other, dan, anna } = await elsewhere();
      await desk.admitted(dan, anna, other);
      const { callId: annasCall } = await desk.enter(anna, other);
      const closed: [method: 'GET' | 'POST' | 'PUT', url: string, body?: object][] = [
        ['GET', '/wallet'],
        ['GET', '/wallet/statement'],
        ['GET', '/earnings'],
        ['GET', '/plans'],
        ['GET', '/calls'],
        ['POST', '/calls', { payerId: alice.personId }],
        ['GET', '/people'],
        ['GET', '/meetings'],
        ['GET', '/rooms'],
        ['GET', '/bookings'],
        ['POST', '/bookings', { offeringId: 'x', startsAt: desk.inMin(60) }],
        ['PUT', '/availability', {}],
        ['POST', '/offerings', {}],
        ['GET', `/mentors/${dora.personId}`],
        ['POST', '/matching/waiting', {}],
        ['GET', '/topups'],
        ['GET', '/api-keys'],
        ['GET', '/admin/audit'],
        ['GET', `/calls/${annasCall}/attendance`],
        ['GET', `/calls/${annasCall}/intervals`],
      ];
      for (const [method, url, body] of closed) {
        const { status } = await desk.ask(method, url, eva, body);
        expect([url, [400, 403].includes(status), status === 200]).toEqual([url, true, false]);
      }
      for (const [method, url] of closed.filter(([way]) => way === 'GET'))
        expect([url, ...code(await desk.ask(method, url, eva))]).toEqual([url, 403, 'auth.forbidden']);
      for (const door of ['token', 'token-secure']) {
        const answer = await house.post(`/api/livekit/${door}`, eva, { roomName: 'anywhere' });
        expect([door, answer.code]).toEqual([door, 'auth.forbidden']);
      }
      // What is open by its address is not by its owner.
      for (const url of [
        `/calls/${annasCall}`,
        `/calls/${annasCall}/messages`,
        `/calls/${annasCall}/recordings`,
      ])
        expect([url, ...code(await desk.ask('GET', url, eva))]).toEqual([url, 404, 'call.not_found']);
      expect(code(await desk.ask('GET', `/bookings/${other}`, eva))).toEqual([404, 'booking.not_found']);
      expect(code(await desk.act(eva, other, 'lobby'))).toEqual([404, 'booking.not_found']);
      expect(code(await desk.act(eva, other, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      expect(code(await desk.act(eva, id, 'cancel'))).toEqual([404, 'booking.not_found']);
      expect(code(await desk.act(eva, id, 'start'))).toEqual([404, 'booking.not_found']);
      const renamed = await house.server.app.inject({
        method: 'PATCH',
        url: '/api/v1/me',
        payload: { name: 'dora' },
        headers: eva.headers,
      });
      expect(renamed.json().code).toBe('auth.forbidden');
      const admin = await desk.invite('ada', 'admin');
      const { items } = (await desk.ask('GET', '/people?q=Eva', admin)).body;
      expect(items).toEqual([]);
      const { rows } = await sql<{ n: number }>`select count(*)::int as n from access."account" a
        join access.person p on p.auth_user_id = a."userId" where p.is_guest`.execute(
        house.server.database.db,
      );
      expect(rows).toEqual([{ n: 0 }]);
    });

    it('[MENTOR-32] who was removed stays so, by the same link too; under another name they wait as somebody else', async () => {
      const id = await desk.begun(dora, [alice]);
      const link = await linkTo(id);
      const eva = await visit(link, 'Eva');
      const entryId = await desk.admitted(dora, eva, id);
      await desk.enter(eva, id);
      await desk.act(dora, id, `lobby/${entryId}/remove`);
      const again = await visit(link, 'Eva the second', eva);
      expect(again.body).toMatchObject({ personId: eva.personId, name: 'Eva' });
      expect(code(await desk.act(eva, id, 'lobby'))).toEqual([403, 'lobby.refused']);
      expect(code(await desk.act(eva, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
      const other = await visit(link, 'Eva');
      expect(other.personId).not.toBe(eva.personId);
      expect((await desk.act(other, id, 'lobby')).body).toMatchObject({ state: 'waiting' });
      expect(code(await desk.act(other, id, 'token', {}))).toEqual([403, 'lobby.not_admitted']);
    });

    it('[MENTOR-32] who has an account comes as themselves, and a guest of elsewhere as somebody new', async () => {
      const id = await desk.begun(dora, [alice], FIXED);
      const link = await linkTo(id);
      const anna = await desk.invite('anna', 'client');
      expect(code(await desk.act(anna, id, 'lobby'))).toEqual([404, 'booking.not_found']);
      const came = await visit(link, 'dora', anna);
      expect([came.body.personId, came.body.name]).toEqual([anna.personId, 'anna']);
      expect(came.answer.headers['set-cookie']).toBeUndefined();
      expect((await desk.act(anna, id, 'lobby')).body).toMatchObject({ state: 'waiting' });
      expect(code(await visit(link, 'x', dora))).toEqual([400, 'request.invalid']);
      expect((await look(link, dora)).body.you).toBe('host');
      expect((await look(link, anna)).body.you).toBe('within');
      // Alice has a seat, and is no guest for having opened the link.
      await visit(link, 'x', alice);
      await desk.act(alice, id, 'lobby');
      const { items } = (await desk.ask('GET', `/bookings/${id}/lobby`, dora)).body;
      expect(items.map(({ name, isGuest }: { name: string; isGuest: boolean }) => [name, isGuest])).toEqual([
        ['anna', true],
        ['alice', false],
      ]);
      const other = await elsewhere(anna);
      const guest = await visit(other.link, 'Eva');
      const here = await visit(link, 'Eva', guest);
      expect([guest.status, here.status, here.personId === guest.personId]).toEqual([201, 201, false]);
    });

    it('[MENTOR-33] before they are let in a guest reads title, host and time, and nothing that is kept', async () => {
      const offeringId = await desk.offers(dora);
      const topic = { topic: 'My portfolio' };
      const { id } = (await desk.book(alice, offeringId, desk.inMin(10), topic)).body;
      await desk.act(dora, id, 'start');
      const eva = await visit(await linkTo(id), 'Eva');
      const entry = { title: 'Review', isGuest: true, role: 'mentee', topic: null, mentees: [] };
      expect(await desk.get(eva, id)).toMatchObject(entry);
      const { entryId } = (await desk.act(eva, id, 'lobby')).body;
      const notes = () => desk.ask('GET', `/bookings/${id}/notes`, eva);
      expect(code(await notes())).toEqual([403, 'notes.closed']);
      expect(code(await desk.ask('GET', `/bookings/${id}/room`, eva))).toEqual([403, 'lobby.not_admitted']);
      await desk.act(dora, id, `lobby/${entryId}/admit`);
      expect(await desk.get(eva, id)).toMatchObject({ ...topic, mentees: [{ name: 'alice' }] });
      expect((await notes()).status).toBe(200);
      await desk.act(dora, id, `lobby/${entryId}/remove`);
      expect(code(await notes())).toEqual([403, 'notes.closed']);
      expect(await desk.get(eva, id)).toMatchObject(entry);
    });
  });
}
