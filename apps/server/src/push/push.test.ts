import { PushMessage } from '@latido/protocol';
import { FakePushService } from '@latido/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { leftNamed, startDoors } from '../doors.testing.ts';
import { notify, tellAll } from '../inbox/index.ts';
import type { Database } from '../platform/index.ts';
import { ManualClock, openTestDatabases } from '../platform/testing.ts';

const settings = { LATIDO_PUSH_ALLOW: '127.0.0.1' };

for (const store of await openTestDatabases()) {
  describe(`pushes on ${store.name}`, () => {
    let clock: ManualClock;
    let database: Database;
    let doors: Awaited<ReturnType<typeof startDoors>>;
    let service: FakePushService;
    beforeAll(async () => {
      database = await store.open();
      service = await new FakePushService().start();
    });
    beforeEach(async () => {
      clock = new ManualClock(Date.now());
      doors = await startDoors(database, { clock, settings });
      return async () => {
        await doors.close();
        await sql`delete from push.subscription`.execute(database.db);
      };
    });
    afterAll(async () => {
      service.close();
      await database.close();
    });

    const ask = async (who: string, method: string, path: string, body?: object) => {
      const headers = {
        authorization: `Bearer ${who}`,
        'content-type': 'application/json',
        'user-agent': 'x Firefox/1 (Android)',
      };
      const answer = await fetch(`${doors.url}/api/v1/${path}`, {
        method,
        headers: body === undefined ? { authorization: headers.authorization } : headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === '' ? null : JSON.parse(text) };
    };
    const subscribe = async (who: string) => {
      const device = service.device();
      const { status, body } = await ask(who, 'POST', 'push/subscriptions', device.subscription);
      expect(status).toBe(201);
      return Object.assign(device, { id: (body as { id: string }).id });
    };
    const tell = async (who: string, name: string): Promise<void> => {
      const left = { type: 'call.partner_left', payload: leftNamed(name) } as const;
      const notice = { recipientId: `person_${who}`, dedupKey: name, ...left };
      await database.db.transaction().execute((tx) => notify(tx, notice, clock));
    };
    /** So much later everything that is due was sent, and answered. */
    const after = async (ms: number): Promise<void> => {
      await clock.advance(ms);
      await doors.modules.push.look();
      await doors.modules.push.settled();
    };
    const messages = ({ got }: { got: readonly { message: unknown }[] }) =>
      got.map(({ message }) => PushMessage.parse(message));
    const titles = (device: Parameters<typeof messages>[0]) => messages(device).map(({ title }) => title);

    test('[PUSH-1] each device of hers is told once, in order, of what came since it subscribed', async () => {
      await tell('alice', 'before');
      const [one, two] = [await subscribe('alice'), await subscribe('alice')];
      await tell('alice', 'Ben');
      await tell('bob', 'not hers');
      await tell('alice', 'Cleo');
      await after(1_000);
      for (const device of [one, two])
        expect(titles(device)).toEqual(['Ben left the call', 'Cleo left the call']);
    });

    test('[PUSH-2] what an open page acknowledges goes to no device, what it only got goes later', async () => {
      const device = await subscribe('alice');
      await tell('alice', 'Seen');
      const { body } = await ask('alice', 'GET', 'inbox?after=0');
      await ask('alice', 'GET', `inbox?after=${(body as { cursor: string }).cursor}`);
      await tell('alice', 'Got');
      await ask('alice', 'GET', 'inbox');
      await after(5_000);
      expect(device.got).toEqual([]);
      await after(5_000);
      expect(titles(device)).toEqual(['Got left the call']);
    });

    test('[PUSH-2] what is muted for devices, read, or taken back goes to none', async () => {
      const device = await subscribe('carol');
      await ask('carol', 'PUT', 'inbox/settings', { muted: [{ type: 'call.partner_left', way: 'push' }] });
      await tell('carol', 'Muted');
      await after(2_000);
      await ask('carol', 'PUT', 'inbox/settings', { muted: [] });
      await tell('carol', 'Heard');
      await after(2_000);
      expect(titles(device)).toEqual(['Heard left the call']);
    });

    test('[PUSH-12] a team’s notice waits as long as its sender says, and holds nobody up', async () => {
      const device = await subscribe('carol');
      const send = async (title: string, pushAfterMs?: number) => {
        const telling = { senderId: 'key_1', recipientIds: ['person_carol'], type: 'notification' };
        await tellAll({ db: database.db, clock }, { ...telling, payload: { title }, pushAfterMs });
        // An open page gets it, and does not say that it has.
        await ask('carol', 'GET', 'inbox');
      };
      await send('At once', 0);
      await after(0);
      expect(titles(device)).toEqual(['At once']);
      await send('In an hour', 3_600_000);
      await after(3_599_000);
      expect(titles(device)).toEqual(['At once']);
      await after(1_000);
      expect(titles(device)).toEqual(['At once', 'In an hour']);
      await send('In another hour', 3_600_000);
      await after(60_000);
      await send('Now', 0);
      await after(0);
      expect(titles(device).slice(2)).toEqual(['In another hour', 'Now']);
    });

    test('[PUSH-4] eleven at once are one push that leads to the inbox', async () => {
      const device = await subscribe('dora');
      for (let n = 0; n < 11; n += 1) await tell('dora', `n${n}`);
      await after(2_000);
      expect(messages(device)).toMatchObject([{ title: '11 new notices', path: '/inbox', tag: 'many' }]);
    });

    test('[PUSH-3, PUSH-5, PUSH-7] it is sealed and signed, and says what the page says, for how long, and in whose place', async () => {
      const device = await subscribe('bob');
      await tell('bob', 'Ann');
      await after(2_000);
      const [got] = device.got;
      const [message] = messages(device);
      const { key } = (await ask('bob', 'GET', 'push/key')).body as { key: string };
      expect(got?.signedBy).toBe(key);
      expect(got?.claims).toMatchObject({ aud: service.url, sub: 'mailto:webmaster@localhost' });
      expect(message).toMatchObject({ body: '', path: '/calls/call_told', unread: expect.any(Number) });
      expect(Object.keys(got?.message ?? {}).sort()).toEqual([
        'body',
        'id',
        'path',
        'tag',
        'title',
        'unread',
      ]);
      expect(got?.headers).toMatchObject({ ttl: '30', urgency: 'high', topic: message?.tag });
      expect(got?.headers['content-encoding']).toBe('aes128gcm');
    });

    test('[PUSH-7] the key is the same after a restart', async () => {
      const keyOf = async () => (await ask('bob', 'GET', 'push/key')).body as { key: string };
      const before = await keyOf();
      await doors.close();
      doors = await startDoors(database, { clock, settings });
      expect(await keyOf()).toEqual(before);
    });

    test('[PUSH-6] a device that is gone is forgotten', async () => {
      for (const status of [404, 410]) {
        const device = await subscribe('alice');
        device.answers.push(status);
        await tell('alice', `gone ${status}`);
        await after(2_000);
      }
      expect((await ask('alice', 'GET', 'push/subscriptions')).body).toEqual({ items: [] });
    });

    test('[PUSH-6] a push service that fails, hangs up or asks for time is asked again, and takes it once', async () => {
      const device = await subscribe('alice');
      device.answers.push(503, 'hang up', { status: 429, retryAfter: '23' });
      await tell('alice', 'Late');
      await after(1_500);
      await after(4_900);
      expect(device.asked).toBe(1);
      await after(100);
      expect(device.asked).toBe(2);
      await after(10_000);
      expect(device.asked).toBe(3);
      await after(22_900);
      // After half a minute nobody has any use for it.
      expect([device.asked, device.got.length]).toEqual([3, 0]);
      await tell('alice', 'Next');
      await after(1_500);
      expect(titles(device)).toEqual(['Next left the call']);
    });

    test('[PUSH-6] what was refused is not sent again, and what comes after it is', async () => {
      const device = await subscribe('alice');
      device.answers.push(400);
      await tell('alice', 'Refused');
      await tell('alice', 'Taken');
      await after(2_000);
      expect([device.asked, ...titles(device)]).toEqual([2, 'Taken left the call']);
    });

    test('[PUSH-8] addresses within, other schemes and keys that are none are refused in words', async () => {
      const { keys } = service.device().subscription;
      const refused = async (endpoint: string, own = keys) => {
        const { status, body } = await ask('alice', 'POST', 'push/subscriptions', { endpoint, keys: own });
        return [status, (body as { code: string }).code];
      };
      for (const endpoint of [
        'https://10.0.0.7/x',
        'https://[::1]/x',
        'https://[::ffff:10.0.0.7]/x',
        'https://169.254.169.254/latest',
        'http://push.example/x',
        'https://someone:secret@push.example/x',
        'ftp://127.0.0.1/x',
      ])
        expect([endpoint, ...(await refused(endpoint))]).toEqual([endpoint, 400, 'push.endpoint_refused']);
      expect(await refused('nowhere')).toEqual([400, 'request.invalid']);
      expect(await refused('https://push.example/x', { ...keys, auth: 'short' })).toEqual([
        400,
        'request.invalid',
      ]);
      expect(await refused('https://push.example/x', { ...keys, p256dh: 'BAAA' })).toEqual([
        400,
        'request.invalid',
      ]);
    });

    test('[PUSH-9] it ends with the sign-in that made it, with a ban, and when she removes it', async () => {
      const { db } = database;
      const [a, b, c] = [await subscribe('alice'), await subscribe('alice'), await subscribe('bob')];
      await sql`update push.subscription set session_id = 'session_a' where id = ${a.id}`.execute(db);
      await sql`insert into access.ended (session_id) values ('session_a')`.execute(db);
      await sql`insert into access.ended (person_id) values ('person_bob')`.execute(db);
      const ids = async (who: string) =>
        ((await ask(who, 'GET', 'push/subscriptions')).body as { items: { id: string }[] }).items.map(
          ({ id }) => id,
        );
      expect(await ids('alice')).toEqual([b.id]);
      // Other roles alone take nobody's device away.
      expect(await ids('bob')).toEqual([c.id]);
      await sql`insert into access.person (id, name, banned_at) values ('person_bob', 'Bob', now())`.execute(
        db,
      );
      await sql`insert into access.ended (person_id) values ('person_bob')`.execute(db);
      expect(await ids('bob')).toEqual([]);
      expect((await ask('bob', 'DELETE', `push/subscriptions/${b.id}`)).status).toBe(404);
      expect((await ask('alice', 'DELETE', `push/subscriptions/${b.id}`)).status).toBe(204);
      expect(await ids('alice')).toEqual([]);
    });

    test('[PUSH-10] a device is whose who subscribed last, and is told nothing of before', async () => {
      const device = await subscribe('alice');
      await tell('alice', 'Hers');
      await tell('dora', 'Before');
      expect((await ask('dora', 'POST', 'push/subscriptions', device.subscription)).body).toMatchObject({
        id: device.id,
        device: 'Firefox · Android',
      });
      await tell('dora', 'Since');
      await after(2_000);
      expect(titles(device)).toEqual(['Since left the call']);
      expect((await ask('alice', 'GET', 'push/subscriptions')).body).toEqual({ items: [] });
    });

    test('[PUSH-10] who knows the address of another’s device, and not its keys, does not take it', async () => {
      const device = await subscribe('alice');
      const { keys } = (await subscribe('dora')).subscription;
      const taken = await ask('dora', 'POST', 'push/subscriptions', { ...device.subscription, keys });
      expect(taken).toMatchObject({ status: 400, body: { code: 'push.endpoint_refused' } });
      await tell('alice', 'Still hers');
      await after(2_000);
      expect(titles(device)).toEqual(['Still hers left the call']);
    });

    test('[PUSH-10] the 21st takes the place of the first', async () => {
      const first = await subscribe('carol');
      for (let n = 0; n < 20; n += 1) {
        await clock.advance(1);
        await subscribe('carol');
      }
      const { items } = (await ask('carol', 'GET', 'push/subscriptions')).body as { items: { id: string }[] };
      expect(items).toHaveLength(20);
      expect(items.map(({ id }) => id)).not.toContain(first.id);
    });

    test('[PUSH-11] two nodes send each notice to each device once', async () => {
      const other = await startDoors(database, { clock, settings });
      const devices = [await subscribe('alice'), await subscribe('bob'), await subscribe('dora')];
      for (const who of ['alice', 'bob', 'dora'])
        for (const name of ['a', 'b', 'c']) await tell(who, `two ${name}`);
      await clock.advance(1_500);
      const nodes = [doors.modules.push, other.modules.push];
      await Promise.all(nodes.map((node) => node.look()));
      for (const node of [...nodes, ...nodes]) await node.settled();
      await other.close();
      for (const device of devices)
        expect(titles(device)).toEqual(['a', 'b', 'c'].map((name) => `two ${name} left the call`));
    });
  });
}
