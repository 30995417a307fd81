import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expireCoins } from '../ledger/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';
import { audit } from './audit.ts';
import { receiptOf } from './receipt.ts';
import { refundCall, type AskedRefund } from './refund.ts';
import type { MeterRow } from './store.ts';
import { ALICE, at, BOB, meterOfCall, World } from './world.testing.ts';

for (const store of await openTestDatabases()) {
  describe(`what the desk gives back, on ${store.name}`, () => {
    let world: World;
    let callId: string;
    let meter: MeterRow;
    beforeEach(async () => {
      world = await new World(await store.open({ poolSize: 5 })).open(25);
      await world.give(75, 'more coins');
      callId = await world.call();
      await world.both(callId, false);
      await world.passTicking(310, 31);
      await world.hangUp(callId);
      await world.settle();
      const found = await meterOfCall(world.db, callId);
      if (!found) throw new Error('no meter');
      meter = found;
      // Five minutes: 25 coins of the first lot, 25 of the second.
      expect(await world.money()).toEqual({ alice: 50n, held: 0n, bob: 35n });
    });
    afterEach(async () => {
      const differences = [];
      for await (const difference of audit(world.db)) differences.push(difference);
      expect(differences).toEqual([]);
      await world.close();
    });

    const refund = (more: Partial<AskedRefund>) =>
      refundCall(world, {
        callId,
        meterId: meter.id,
        coins: undefined,
        units: undefined,
        reason: 'The picture was frozen.',
        byId: 'person_admin',
        key: undefined,
        ...more,
      });
    const lots = async () =>
      (
        await sql<{ used: number }>`
          select used::int as used from ledger.credit_lot order by created_at, id`.execute(world.db)
      ).rows.map(({ used }) => used);

    test('[METER-43] a part: from the last charge on, into the lots that paid it, the share in proportion', async () => {
      expect(await refund({ coins: 14n })).toMatchObject({ coins: 14n });
      // All of the fifth unit, and 4 of the fourth: Bob gives 7 and 2 of 7.
      expect(await world.money()).toEqual({ alice: 64n, held: 0n, bob: 26n });
      expect(await lots()).toEqual([25, 11]);
      expect((await refund({ units: 2 })).coins).toBe(16n);
      expect(await world.money()).toEqual({ alice: 80n, held: 0n, bob: 14n });
      expect(await lots()).toEqual([20, 0]);
    });

    test('[METER-43] the receipt shows it, and nothing of it is called unasked', async () => {
      await refund({ units: 1 });
      const receipt = await receiptOf(world.db, meter, { viewerId: ALICE });
      expect(receipt.lines.at(-1)).toMatchObject({ unit: 5, kind: 'refund', coins: -10 });
      expect(receipt).toMatchObject({ coins: 40, shortfall: 0, balance: { before: 100, after: 60 } });
      expect((await receiptOf(world.db, meter, { viewerId: BOB })).lines.at(-1)).toMatchObject({
        earned: -7,
      });
    });

    test('[METER-55] both read why; by whom, only the desk', async () => {
      await sql`insert into access.person (id, name) values ('person_admin', 'Adam')`.execute(world.db);
      await refund({ units: 1 });
      await refund({ coins: 1n, reason: 'And the sound.' });
      const told = async (viewerId: string, isDesk = false) =>
        (await receiptOf(world.db, meter, { viewerId, isDesk })).lines
          .filter(({ reason, actor }) => reason !== undefined || actor !== undefined)
          .map(({ kind, reason, actor }) => [kind, reason, actor?.name]);
      const reasons = ['And the sound.', 'The picture was frozen.'];
      for (const who of [ALICE, BOB])
        expect(await told(who)).toEqual(reasons.map((reason) => ['refund', reason, undefined]));
      expect(await told('person_other', true)).toEqual(reasons.map((reason) => ['refund', reason, 'Adam']));
    });

    test('[LEDGER-14] coins that are given back into a lot that has expired expire with it, each time', async () => {
      await sql`update ledger.credit_lot set expires_at = now() - interval '1 second' where amount = 75`.execute(
        world.db,
      );
      await expireCoins(world);
      // Fifty of the second lot were left; nothing was of the first.
      expect(await world.money()).toEqual({ alice: 0n, held: 0n, bob: 35n });
      for (const coins of [10n, 10n]) {
        await refund({ coins });
        expect((await world.money()).alice).toBe(10n);
        await expireCoins(world);
        expect((await world.money()).alice).toBe(0n);
      }
      expect(await lots()).toEqual([25, 75]);
    });

    test('[METER-43] never more than stands, however many ask at once; the same key is the same refund', async () => {
      const asked = await Promise.allSettled([30n, 30n, 30n].map((coins) => refund({ coins })));
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      await expect(refund({ coins: 21n })).rejects.toMatchObject({ code: 'refund.too_much' });
      await expect(refund({ units: 3 })).rejects.toMatchObject({ code: 'refund.too_much' });
      const [one, two] = await Promise.all(['k', 'k'].map((key) => refund({ key, units: 1 })));
      expect(one?.id).toBe(two?.id);
      await expect(refund({ key: 'k', units: 2 })).rejects.toMatchObject({ code: 'idempotency.mismatch' });
      expect((await refund({ coins: 10n })).coins).toBe(10n);
      await expect(refund({ units: 1 })).rejects.toMatchObject({ code: 'refund.too_much' });
      expect(await world.money()).toEqual({ alice: 100n, held: 0n, bob: 0n });
    });

    test('[METER-43] one key for two calls in one moment is one refund, and the other is refused', async () => {
      const second = await world.call();
      await world.both(second, false);
      await world.passTicking(70, 7);
      await world.hangUp(second);
      await world.settle();
      const meterId = (await meterOfCall(world.db, second))?.id ?? 'none';
      const asked = await Promise.allSettled([
        refund({ key: 'k', coins: 1n }),
        refund({ key: 'k', coins: 1n, callId: second, meterId }),
      ]);
      expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = asked.find((each) => each.status === 'rejected');
      expect(refused?.reason).toMatchObject({ code: 'idempotency.mismatch' });
    });

    test('[METER-43] a charge that turns out too much afterwards is taken back as far as it stands', async () => {
      await refund({ coins: 14n });
      // LiveKit tells only now that she had been cut off after two minutes.
      const alice = { personId: ALICE, sid: `PA_a_${callId}` };
      const payload = { participant: { disconnectReason: 'CLIENT_INITIATED' } };
      await world.say(callId, alice, 'webhook', 'participant_left', payload, at(130));
      await world.settle();
      await world.settle();
      expect(await world.money()).toEqual({ alice: 80n, held: 0n, bob: 14n });
      expect(await lots()).toEqual([20, 0]);
    });

    test('[METER-43] both read it', async () => {
      await refund({ coins: 10n });
      const { rows } = await sql<{ to: string; coins: number }>`
        select recipient_id as to, (payload ->> 'coins')::int as coins from notifications.inbox
         where type = 'call.refunded' order by 1`.execute(world.db);
      expect(rows).toEqual([
        { to: ALICE, coins: 10 },
        { to: BOB, coins: -7 },
      ]);
    });
  });

  describe(`the desk and the editor over HTTP, on ${store.name}`, () => {
    let server: TestServer;
    let admin: Guest;
    let alice: Guest;
    beforeEach(async () => {
      server = await startTestServer(store);
      admin = await server.person('adam', ['admin']);
      alice = await server.person('alice', ['client'], 100n);
    });
    afterEach(() => server.close());
    const post = async (url: string, who: Guest, payload: object) => {
      const answer = await server.app.inject({
        method: 'POST',
        url: `/api/v1/${url}`,
        headers: who.headers,
        payload,
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    const get = async (url: string, who: Guest) =>
      (await server.app.inject({ url: `/api/v1/${url}`, headers: who.headers })).json();

    const offer = (plans: string[]) =>
      server.app.inject({
        method: 'PUT',
        url: '/api/v1/plans',
        headers: admin.headers,
        payload: { plans },
      });

    test('[METER-43] only the desk gives back, by coins or units, with a reason', async () => {
      const dora = await server.person('dora', ['mentor']);
      const made = await post('calls', alice, { with: dora.personId });
      const url = `calls/${made.body.callId}/refunds`;
      expect((await post(url, alice, { coins: 1, reason: 'x' })).status).toBe(403);
      for (const body of [
        { reason: 'x' },
        { coins: 1 },
        { coins: 1, units: 1, reason: 'x' },
        { coins: -1, reason: 'x' },
      ])
        expect((await post(url, admin, body)).status).toBe(400);
      expect((await post(url, admin, { coins: 1, reason: 'x' })).body.code).toBe('refund.too_much');
      expect((await post('calls/call_none/refunds', admin, { coins: 1, reason: 'x' })).status).toBe(404);
    });

    test('[METER-45] a plan without an id is a new one, also of the same name', async () => {
      const made = [1, 2].map(() => post('plans', admin, { name: 'Silver', price: 7 }));
      const [one, two] = (await Promise.all(made)).map(({ status, body }) => ({ status, ...body }));
      expect([one, two]).toMatchObject([
        { status: 201, version: 1, name: 'Silver' },
        { status: 201, version: 1, name: 'Silver' },
      ]);
      expect(one.id).toMatch(/^plan-[0-9a-z]+$/);
      expect(one.id).not.toBe(two.id);
      expect(await get(`plans/${one.id}/preview?ms=125000`, admin)).toMatchObject({
        rows: [{ units: 2, coins: 14 }],
      });
    });

    test('[METER-45] an admin writes versions of a plan, and sees what they cost', async () => {
      const gold = {
        id: 'gold',
        name: 'Gold',
        price: 20,
        connectFee: 5,
        tiers: [{ fromUnit: 10, price: 15 }],
      };
      expect((await post('plans', alice, gold)).status).toBe(403);
      const first = await post('plans', admin, gold);
      expect(first).toMatchObject({
        status: 201,
        body: { version: 1, policy: 'completed-minute', incrementMs: 60_000 },
      });
      expect((await post('plans', admin, { ...gold, price: 25 })).body).toMatchObject({
        version: 2,
        price: 25,
      });
      expect(await get('plans/gold', admin)).toMatchObject({ version: 2, price: 25, tiers: gold.tiers });
      const { rows } = await get('plans/gold/preview?ms=65000,95000,125000', admin);
      expect(rows).toEqual([
        { ms: 65_000, units: 2, coins: 30, share: 21 },
        { ms: 95_000, units: 2, coins: 30, share: 21 },
        { ms: 125_000, units: 3, coins: 55, share: 38 },
      ]);
      expect((await get('plans/standard/preview?ms=65000', alice)).rows).toEqual([
        { ms: 65_000, units: 1, coins: 10, share: null },
      ]);
      expect((await post('plans/preview?ms=60000', admin, { ...gold, price: 7 })).body.rows[0].coins).toBe(
        12,
      );
    });

    test('[METER-49] an admin sees every plan, its place in what is offered, and its versions', async () => {
      for (const price of [30, 25]) await post('plans', admin, { id: 'gold', name: 'Gold', price });
      const placed = async () =>
        (await get('admin/plans', admin)).items.map(
          ({ id, version, place }: { id: string; version: number; place: number | null }) =>
            `${id} ${version} at ${place}`,
        );
      expect(await placed()).toEqual(['standard 1 at 1', 'gold 2 at null']);
      await offer(['gold', 'standard']);
      expect(await placed()).toEqual(['gold 2 at 1', 'standard 1 at 2']);
      const { items } = await get('plans/gold/versions', admin);
      expect(items.map(({ version, price }: { version: number; price: number }) => [version, price])).toEqual(
        [
          [2, 25],
          [1, 30],
        ],
      );
      expect(Date.parse(items[0].writtenAt)).toBeGreaterThanOrEqual(Date.parse(items[1].writtenAt));
      expect((await get('plans/none/versions', admin)).code).toBe('plan.not_found');
      for (const path of ['admin/plans', 'plans/gold/versions'])
        expect((await get(path, alice)).code).toBe('auth.forbidden');
    });

    test('[METER-17] a call keeps the version that it began with', async () => {
      const dora = await server.person('dora', ['mentor']);
      await post('plans', admin, { id: 'gold', name: 'Gold', price: 20 });
      await offer(['gold']);
      const { callId } = (await post('calls', alice, { with: dora.personId })).body;
      await post('plans', admin, { id: 'gold', name: 'Gold', price: 90 });
      expect((await get(`calls/${callId}`, alice)).meter.plan).toMatchObject({ version: 1, price: 20 });
      expect((await get('plans', alice)).items[0]).toMatchObject({ version: 2, price: 90 });
    });

    test.each<[string, object]>([
      ['below zero', { price: -1 }],
      ['nothing', { price: 0 }],
      ['more than can be counted', { price: 2 ** 60 }],
      ['half a coin', { price: 0.5 }],
      ['never due', { thresholdMs: 60_001 }],
      [
        'tiers out of order',
        {
          tiers: [
            { fromUnit: 5, price: 1 },
            { fromUnit: 3, price: 1 },
          ],
        },
      ],
      ['a word that is not known', { cost: 5 }],
    ])('[METER-20] a plan is refused whole: %s', async (_title, more) => {
      const refused = await post('plans', admin, { id: 'bad', name: 'Bad', price: 10, ...more });
      expect([refused.status, refused.body.code]).toEqual([400, 'request.invalid']);
      expect((await get('plans/bad', admin)).code).toBe('plan.not_found');
    });
  });
}
