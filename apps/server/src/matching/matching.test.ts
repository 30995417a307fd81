import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line, type Guest } from './matching.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`matching on ${kind.name}`, () => {
    let house: House;
    let line: Line;
    let alice: Guest;
    let anna: Guest;
    let bob: Guest;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
      alice = await house.invite('alice', 'client');
      anna = await house.invite('anna', 'client');
      bob = await house.invite('bob', 'model');
    });
    afterEach(() => house.close());

    const states = async (...people: Guest[]) =>
      await Promise.all(people.map(async (who) => (await line.state(who)).state));
    const held = async (who: Guest) => (await house.get('/api/v1/wallet', who)).held;

    it('[MATCH-12] two who fit are offered to each other, with the price, and the first unit is held', async () => {
      const id = await line.offered(alice, bob);
      expect(await line.state(alice)).toMatchObject({
        state: 'offered',
        offer: {
          id,
          price: 10,
          policy: 'completed-minute',
          partner: { personId: bob.personId, name: 'bob' },
          accepted: false,
        },
      });
      expect((await line.state(bob)).offer).toMatchObject({ id, accepted: true });
      expect(await held(alice)).toBe(10);
    });

    it('[MATCH-12] who has no coins gets into no line, and is told what is missing', async () => {
      const poor = await house.invite('poor', 'client', 3n);
      await line.onAir(bob);
      const refused = await line.look(poor);
      expect([refused.status, refused.body.code, refused.body.missing]).toEqual([
        402,
        'balance.insufficient',
        7,
      ]);
      expect((await line.state(poor)).state).toBe('off');
    });

    it('[MATCH-14] a press connects; beforehand connects by itself; who wants to be asked is', async () => {
      const id = await line.offered(alice, bob);
      const accepted = await line.accept(alice, id);
      expect(accepted.body).toMatchObject({
        state: 'connecting',
        roomName: expect.any(String),
        token: expect.any(String),
      });
      await line.meet(alice, bob);
      expect(await states(alice, bob)).toEqual(['in_call', 'in_call']);
      const brad = await house.invite('brad', 'model');
      await line.onAir(brad, { askFirst: true });
      await line.look(anna, { connectAtOnce: true });
      await line.settled();
      const asked = (await line.state(brad)).offer;
      expect(asked).toMatchObject({ accepted: false, partner: { personId: anna.personId } });
      await line.accept(brad, asked!.id);
      expect(await states(anna, brad)).toEqual(['connecting', 'connecting']);
    });

    it('[MATCH-15] after the deadline, twice, or for others nothing is accepted', async () => {
      const id = await line.offered(alice, bob);
      expect((await line.accept(anna, id)).body.code).toBe('offer.not_found');
      expect((await line.skip(anna, id)).status).toBe(404);
      expect((await line.accept(alice, id)).status).toBe(200);
      expect((await line.accept(alice, id)).status).toBe(200);
      await line.skip(alice, id);
      expect((await line.accept(alice, id)).body.code).toBe('offer.over');
      expect((await line.accept(alice, 'offer_none')).body.code).toBe('offer.not_found');
    });

    it('[MATCH-15] an offer that nobody answered is over, its hold released, and the second one takes off', async () => {
      const id = await line.offered(alice, bob);
      await line.pass(6, alice, bob);
      expect((await line.accept(alice, id)).body.code).toBe('offer.over');
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
      await line.pass(1, alice, bob);
      expect(await held(alice)).toBe(0);
      await line.pass(25, alice, bob);
      expect(await line.state(alice)).toMatchObject({ state: 'off', reason: 'silent' });
      expect((await line.state(bob)).state).toBe('waiting');
    });

    it('[MATCH-15] after the deadline nobody skips, and Next moves nobody, though it is not judged yet', async () => {
      const id = await line.offered(alice, bob);
      await sql`update matching.offer set deadline_at = deadline_at - interval '1 minute'`.execute(house.db);
      expect((await line.skip(alice, id)).body.code).toBe('offer.over');
      expect((await line.next(alice)).body).toMatchObject({ success: true, state: 'offered' });
      await line.settled();
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
    });

    it('[MATCH-17] who accepted and did not come is behind, the other in front, nothing is held', async () => {
      await line.accept(alice, await line.offered(alice, bob));
      const { room, name } = { name: 'bob', room: (await line.state(bob)).token! };
      house.fake.join({
        room: JSON.parse(Buffer.from(room.split('.')[1]!, 'base64url').toString()).video.room,
        identity: bob.personId,
        name,
      });
      await line.pass(11, bob, alice);
      await line.pass(1, bob, alice);
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
      expect(await held(alice)).toBe(0);
    });

    it('[MATCH-17] a page that gives no sign is offered nobody after 10 s, and has lost its place after 30 s', async () => {
      await line.pass(31);
      await line.look(alice);
      await line.pass(11);
      await line.onAir(bob);
      await line.settled();
      expect((await line.state(bob)).state).toBe('waiting');
      await line.pass(20, bob);
      expect(await line.state(alice)).toMatchObject({ state: 'off', reason: 'quiet' });
    });

    it('[MATCH-20] of two pages one holds the place; the other takes it by saying so', async () => {
      const ask = (page: string) => line.ask('GET', `/api/v1/matching?page=${page}`, alice);
      await line.look(alice, { page: 'first' });
      expect((await ask('second')).body).toMatchObject({ state: 'waiting', page: 'first' });
      for (let s = 0; s < 31; s += 1) {
        await house.clock.advance(1_000);
        await ask(s < 20 ? 'first' : 'second');
        await line.settled();
      }
      await line.onAir(bob);
      await line.settled();
      // The first page is gone for 11 s: the signs of the second count for nothing.
      expect((await ask('second')).body).toMatchObject({ state: 'waiting', page: 'first' });
      const taken = await line.ask('POST', '/api/v1/matching/page', alice, { page: 'second' });
      expect(taken.body).toMatchObject({ state: 'waiting', page: 'second' });
      await line.settled();
      expect((await ask('second')).body.state).toBe('offered');
      expect((await line.ask('POST', '/api/v1/matching/page', alice, { page: '' })).status).toBe(400);
    });

    it('[MATCH-23] who earns is told since when those wait who fit, and of nobody else', async () => {
      await line.look(alice, { maxPrice: 5 });
      // After a skip these two rest for 15 s: both are free and fit, and nobody pairs them meanwhile.
      await line.skip(anna, await line.offered(anna, bob));
      await line.settled();
      const { since } = await line.state(anna);
      expect((await line.state(bob)).waits).toEqual([since]);
      expect((await line.state(alice)).waits).toBeUndefined();
    });

    it('[MATCH-18] after next, a hang-up and a report the first one is offered again, the reported one is not', async () => {
      const dora = await house.invite('dora', 'mentor');
      const first = await line.talking(alice, bob);
      await line.next(alice, { roomName: first });
      await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      await line.onAir(dora);
      await line.settled();
      const { offer, callId } = await line.state(alice);
      expect(offer?.partner.personId).toBe(dora.personId);
      await line.accept(alice, offer!.id);
      await line.meet(alice, dora);
      await line.ask('POST', `/api/v1/calls/${callId}/end`, alice, {});
      await line.settled();
      await line.ask('POST', `/api/v1/calls/${callId}/report`, alice, { reason: 'spam' });
      await line.onAir(bob);
      await line.look(alice);
      await line.settled();
      expect((await line.state(alice)).offer?.partner.personId).toBe(bob.personId);
    });

    it('[CALL-30] of a history those calls can be read alone in which they met, and the others', async () => {
      await line.skip(alice, await line.offered(alice, bob));
      await line.pass(16, alice, bob);
      await line.accept(alice, (await line.state(alice)).offer!.id);
      await line.meet(alice, bob);
      const met = async (query: string) =>
        (await house.get(`/api/v1/calls?met=${query}`, alice)).items.map(
          (call: { startedAt: unknown }) => call.startedAt !== null,
        );
      expect([await met('true'), await met('false')]).toEqual([[true], [false]]);
      expect((await line.ask('GET', '/api/v1/calls?met=maybe', alice)).status).toBe(400);
    });

    it('[MATCH-21] who asked for more time has 20 s, and so has the other', async () => {
      await line.onAir(bob, { askFirst: true });
      await line.look(alice, { unhurried: true });
      await line.settled();
      const { offer } = await line.state(bob);
      await line.pass(18, alice, bob);
      expect((await line.accept(alice, offer!.id)).status).toBe(200);
      expect((await line.accept(bob, offer!.id)).body.state).toBe('connecting');
    });

    it('[MATCH-22] a ban takes out of the line, and out of an offer', async () => {
      const ban = async (who: Guest) =>
        await sql`update access.person set banned_at = now() where id = ${who.personId}`.execute(
          house.server.database.db,
        );
      await line.offered(alice, bob);
      await ban(bob);
      await line.settled();
      expect(await line.state(alice)).toMatchObject({ state: 'waiting', onAir: 0 });
      await ban(alice);
      await line.settled();
      const { rows } = await sql`select 1 from matching.waiting`.execute(house.server.database.db);
      expect(rows).toEqual([]);
    });

    it('[MATCH-13] nobody is offered twice, however many nodes pair at once', async () => {
      await line.onAir(bob);
      await Promise.all([line.look(alice), line.look(anna)]);
      await Promise.all([line.settled(), line.settled(), line.settled()]);
      expect((await states(alice, anna)).toSorted()).toEqual(['offered', 'waiting']);
      const { rows } = await sql<{ count: bigint }>`select count(*) as count from matching.offer`.execute(
        house.server.database.db,
      );
      expect(rows[0]?.count).toBe(1n);
    });

    it('[MATCH-27] two whose offer cannot be written fall out alone, and have theirs later', async () => {
      const { database } = house.server;
      const brad = await house.invite('brad', 'model');
      await database.script(`
        create function matching.fail() returns trigger language plpgsql as 'begin raise exception ''broken''; end';
        create trigger fails before insert on matching.offer for each row when (new.payer_id = '${alice.personId}')
          execute function matching.fail()`);
      for (const payer of [alice, anna]) await line.look(payer);
      for (const earner of [bob, brad]) await line.onAir(earner);
      await line.settled();
      expect([...(await states(alice, anna)), await held(alice)]).toEqual(['waiting', 'offered', 0]);
      await database.script('drop trigger fails on matching.offer');
      const later: string[] = [];
      for (let s = 0; s < 12; s += 1) {
        await line.pass(1, alice, bob, brad);
        later.push(...(await states(alice)));
      }
      expect(later).toContain('offered');
    });

    it('[MATCH-18] two of whom one has blocked the other meet by no way', async () => {
      expect((await line.ask('POST', `/api/v1/people/${alice.personId}/block`, bob)).status).toBe(204);
      await line.offered(alice, bob);
      expect(await states(alice, bob)).toEqual(['waiting', 'waiting']);
      const called = await line.ask('POST', '/api/v1/calls', alice, { with: bob.personId });
      expect([called.status, called.body.code]).toEqual([403, 'person.blocked']);
      await line.ask('DELETE', `/api/v1/people/${alice.personId}/block`, bob);
      await line.look(alice);
      await line.settled();
      expect(await states(alice, bob)).toEqual(['offered', 'offered']);
      expect((await line.ask('POST', `/api/v1/people/${bob.personId}/block`, bob)).status).toBe(400);
      expect((await line.ask('POST', '/api/v1/people/person_none/block', bob)).status).toBe(404);
    });

    it('[MATCH-18] the link of whoever blocked one, or was blocked, leads nowhere, and nothing is written', async () => {
      await line.ask('POST', `/api/v1/people/${alice.personId}/block`, bob);
      const by = async (who: Guest, path: string, roomName: string) => {
        const { status, body } = await line.ask('POST', `/api/livekit/${path}`, who, { roomName });
        return [status, body.code];
      };
      for (const [first, second] of [
        [bob, alice],
        [alice, bob],
      ] as const) {
        const roomName = `of-${first.personId}`;
        expect(await by(first, 'token-secure', roomName)).toEqual([200, undefined]);
        const before = await held(alice);
        expect(await by(second, 'token-secure', roomName)).toEqual([403, 'person.blocked']);
        expect(await by(second, 'token', roomName)).toEqual([403, 'room.forbidden']);
        expect(await held(alice)).toBe(before);
        const { items } = await house.get(`/api/v1/calls?room=${roomName}`, second);
        expect(items).toEqual([]);
      }
    });

    it('[MATCH-18] nor does the link of a call that the two had, for either, and nothing is held', async () => {
      const { body } = await line.ask('POST', '/api/v1/calls', alice, { with: bob.personId });
      const roomName = String(body['roomName']);
      await line.ask('POST', `/api/v1/people/${alice.personId}/block`, bob);
      await house.settled();
      for (const who of [alice, bob]) {
        const again = await line.ask('POST', '/api/livekit/token-secure', who, { roomName });
        expect([again.status, again.body.code]).toEqual([403, 'person.blocked']);
      }
      await house.settled();
      expect(await held(alice)).toBe(0);
      const { items } = await house.get(`/api/v1/calls?room=${roomName}`, alice);
      expect(items).toHaveLength(1);
      // Forgiven, it is theirs again.
      await line.ask('DELETE', `/api/v1/people/${alice.personId}/block`, bob);
      expect((await line.ask('POST', '/api/livekit/token-secure', alice, { roomName })).status).toBe(200);
    });

    it('[MATCH-19] a call is rated once by each, if they met, and reported to the desk', async () => {
      const id = await line.offered(alice, bob);
      const { callId } = await line.state(alice);
      const rate = (who: Guest, of: string, stars: number) =>
        line.ask('POST', `/api/v1/calls/${of}/rating`, who, { stars });
      expect((await rate(alice, callId!, 5)).body.code).toBe('rating.not_met');
      await line.accept(alice, id);
      await line.meet(alice, bob);
      expect((await rate(anna, callId!, 5)).status).toBe(404);
      expect((await rate(alice, callId!, 6)).status).toBe(400);
      expect((await rate(alice, callId!, 4)).status).toBe(204);
      expect((await rate(alice, callId!, 4)).status).toBe(204);
      expect((await rate(alice, callId!, 1)).body.code).toBe('rating.given');
      const report = { reason: 'abuse', text: 'shouted' };
      const filed = await line.ask('POST', `/api/v1/calls/${callId}/report`, alice, report);
      expect(filed.status).toBe(201);
      expect((await line.ask('POST', `/api/v1/calls/${callId}/report`, alice, report)).body).toEqual(
        filed.body,
      );
      const desk = await house.invite('mara', 'manager');
      expect((await line.ask('GET', '/api/v1/reports', alice)).status).toBe(403);
      expect((await line.ask('GET', '/api/v1/reports', desk)).body.items).toMatchObject([
        { ...filed.body, ...report, by: { name: 'alice' }, of: { name: 'bob' } },
      ]);
      const close = () =>
        line.ask('POST', `/api/v1/reports/${filed.body.id}/close`, desk, { note: 'warned' });
      expect([(await close()).status, (await close()).status]).toEqual([204, 404]);
      const inLine = (await line.ask('GET', '/api/v1/admin/matching', desk)).body.items;
      expect(inLine.map((each: { state: string }) => each.state)).toEqual(['in_call', 'in_call']);
    });

    it('[MATCH-2] prices that are none, a payer who earns and a third side are refused', async () => {
      for (const maxPrice of [-1, 0, 1.5, 2 ** 53, 'ten'])
        expect((await line.look(alice, { maxPrice })).status).toBe(400);
      expect((await line.look(bob)).body.code).toBe('auth.forbidden');
      expect((await line.onAir(alice)).body.code).toBe('auth.forbidden');
      expect((await line.onAir(bob, { planId: 'no-such' })).body.code).toBe('plan.not_found');
      await line.onAir(bob);
      await line.look(alice, { maxPrice: 9 });
      await line.settled();
      expect(await line.state(alice)).toMatchObject({
        state: 'waiting',
        onAir: 0,
        prices: [{ price: 10, people: 1 }],
      });
      await line.look(alice, { maxPrice: 10 });
      await line.settled();
      expect(await states(alice)).toEqual(['offered']);
      await line.stop(alice);
      expect(await states(alice, bob)).toEqual(['off', 'waiting']);
    });
  });
}
