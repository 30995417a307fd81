import type { Role } from '@latido/protocol';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAccess } from '../access/index.ts';
import { quickPasswords } from '../quick-passwords.testing.ts';
import { createCallsOfMeters } from './calls-of-meters.ts';
import { createLedger, openAccounts } from '../ledger/index.ts';
import { buildHttp, loadConfig, silentLog, type App } from '../platform/index.ts';
import { openTestDatabases, readPdf } from '../platform/testing.ts';
import { createLastTick } from './await-last-tick.ts';
import { createMeterOf } from './index.ts';
import { meteringRoutes } from './routes.ts';
import { at, World } from './world.testing.ts';

const config = { ...loadConfig({ LATIDO_AUTH_SECRET: 'x'.repeat(40) }), origins: ['http://localhost:3000'] };
const iso = (s: number): string => new Date(at(s)).toISOString();

for (const store of await openTestDatabases()) {
  describe(`the routes of money on ${store.name}`, () => {
    let world: World;
    let app: App;
    let callId: string;
    const ids = new Map<string, string>();
    const tokens = new Map<string, string>();

    const enter = async (name: string, role: Role) => {
      const email = `${name}@example.test`;
      const body = { name, email, password: 'correct horse' };
      const made = await app.inject({
        method: 'POST',
        url: '/api/auth/sign-up/email',
        payload: { ...body, role: 'client' },
      });
      tokens.set(name, String(made.headers['set-auth-token']));
      const { rows } = await sql<{ id: string }>`select id from access.person where email = ${email}`.execute(
        world.db,
      );
      ids.set(name, rows[0]?.id ?? '');
      if (role === 'client') return;
      await sql`update access.person_role set role = ${role} where person_id = ${rows[0]?.id ?? ''}`.execute(
        world.db,
      );
    };
    const auth = (name: string) => ({ authorization: `Bearer ${tokens.get(name)}` });
    const get = (name: string, url: string) => app.inject({ url, headers: auth(name) });
    const give = (by: string, key: string | null, body: object) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/wallets/alice@example.test/grants',
        payload: body,
        headers: { ...auth(by), ...(key === null ? {} : { 'idempotency-key': key }) },
      });

    beforeAll(async () => {
      world = new World(await store.open({ poolSize: 5 }));
      app = await buildHttp({ config, log: silentLog });
      const access = createAccess({
        database: world.database,
        config,
        log: silentLog,
        passwords: quickPasswords,
        onPersonCreated: (tx, person) => openAccounts(tx, { personId: person.id, roles: person.roles }),
      });
      access.routes(app);
      const { db, hints, clock } = world;
      const lastTick = createLastTick({ db, clock, hints, log: silentLog, settle: () => world.settle() });
      const callsOfMeters = createCallsOfMeters(db);
      const ledger = { access, config, clock, db, hints, lastTick, callsOfMeters, log: silentLog };
      await createLedger(ledger).routes?.(app);
      meteringRoutes(app, { access, clock, db, meterOf: createMeterOf(clock), lastTick });
      for (const [name, role] of [
        ['alice', 'client'],
        ['bob', 'model'],
        ['carol', 'client'],
        ['admin', 'admin'],
      ] as const) {
        await enter(name, role);
      }
    });
    afterAll(async () => {
      await app.close();
      await world.close();
    });

    test('[LEDGER-6] an admin gives coins once a key; others may not, and a key is needed', async () => {
      expect((await give('carol', 'k', { coins: 5 })).statusCode).toBe(403);
      expect((await give('admin', null, { coins: 5 })).json()).toMatchObject({ code: 'request.invalid' });
      expect((await give('admin', 'k', { coins: -5 })).statusCode).toBe(400);
      const first = await give('admin', 'k', { coins: 100, kind: 'purchased' });
      expect(first.statusCode, first.body).toBe(201);
      expect((await give('admin', 'k', { coins: 100, kind: 'purchased' })).json()).toEqual(first.json());
      const other = await give('admin', 'k', { coins: 101, kind: 'purchased' });
      expect([other.statusCode, other.json().code]).toEqual([409, 'idempotency.mismatch']);
      expect((await get('alice', '/api/v1/wallet')).json()).toEqual({
        balance: 100,
        held: 0,
        available: 100,
        currency: 'COIN',
      });
      expect((await app.inject({ url: '/api/v1/wallet' })).statusCode).toBe(401);
    });

    test('[METER-1] a call of 125 s: its charges, meter and receipt, seen by its people only', async () => {
      const [payerId, earnerId] = [ids.get('alice') ?? '', ids.get('bob') ?? ''];
      callId = await world.call('salon', { payerId, earnerId, openedBy: payerId });
      await world.join(callId, { personId: payerId, sid: 'PA_a' });
      await world.join(callId, { personId: earnerId, sid: 'PA_b' });
      await world.passTicking(125, 125);
      const meter = (await get('alice', `/api/v1/calls/${callId}/meter`)).json();
      expect(meter).toMatchObject({
        running: true,
        unitsCharged: 2,
        coins: 20,
        available: 70,
        earned: null,
        nextDueAt: iso(180),
      });
      await world.hangUp(callId, payerId);
      await world.settle();
      const charges = (await get('alice', `/api/v1/calls/${callId}/charges`)).json();
      const items = [
        { unit: 1, dueAt: iso(60), coins: 10 },
        { unit: 2, dueAt: iso(120), coins: 10 },
      ];
      expect(charges).toEqual({ items, nextCursor: null, settled: true });
      const page = (await get('alice', `/api/v1/calls/${callId}/charges?limit=1`)).json();
      expect(page).toEqual({ items: items.slice(0, 1), nextCursor: '1', settled: true });
      expect((await get('alice', `/api/v1/calls/${callId}/charges?cursor=1`)).json().items).toEqual(
        items.slice(1),
      );
      expect((await get('bob', `/api/v1/calls/${callId}/receipt`)).json()).toMatchObject({
        policy: 'completed-minute',
        billableMs: 125_000,
        coins: 14,
        earned: 14,
        billed: [{ fromAt: iso(0), toAt: iso(125), ms: 125_000 }],
        pauses: [],
        shortfall: 0,
        settled: true,
        settledAt: iso(125),
      });
      for (const what of ['charges', 'meter', 'receipt']) {
        const answer = await get('carol', `/api/v1/calls/${callId}/${what}`);
        expect([answer.statusCode, answer.json().code]).toEqual([404, 'call.not_found']);
      }
    });

    test('[LEDGER-13] a statement as PDF has every line, with the balance after it, in its reader’s hours', async () => {
      const file = await get('alice', '/api/v1/wallet/statement?format=pdf&zone=America/Bogota');
      expect(file.headers['content-type']).toBe('application/pdf');
      const { texts, pages } = readPdf(file.rawPayload);
      expect(pages).toBe(1);
      expect(texts[1]).toMatch(/^alice · made on .*times in America\/Bogota$/);
      const lines = texts.filter((text) => /^(\+|−|Call|\d+$)/.test(text)).join(' ');
      expect(lines).toBe('Call with bob −10 80 Call with bob −10 90 +100 100');
      const refused = await get('alice', '/api/v1/wallet/statement?format=pdf&zone=Mars');
      expect([refused.statusCode, refused.json().code]).toEqual([400, 'request.invalid']);
    });

    test('[LEDGER-5] the statement and the earnings end at the balances', async () => {
      const statement = (await get('alice', '/api/v1/wallet/statement?limit=2')).json();
      expect(statement).toMatchObject({
        items: [
          { coins: -10, balance: 80, unit: 2, memo: null, call: { callId, with: 'bob' } },
          { coins: -10, balance: 90 },
        ],
        nextCursor: expect.any(String),
      });
      const rest = (await get('alice', `/api/v1/wallet/statement?cursor=${statement.nextCursor}`)).json();
      expect(rest).toMatchObject({
        items: [{ kind: 'topup', coins: 100, balance: 100, call: null }],
        nextCursor: null,
      });
      const file = await get('alice', '/api/v1/wallet/statement?format=csv');
      expect(file.headers['content-type']).toContain('text/csv');
      expect(file.body.split('\r\n').map((line) => line.split(',').slice(1, 6).join(','))).toEqual([
        'kind,coins,balance,unit,with',
        'charge,-10,80,2,bob',
        'charge,-10,90,1,bob',
        'topup,100,100,,',
        '',
      ]);
      const earnings = (await get('bob', '/api/v1/earnings')).json();
      expect(earnings).toMatchObject({
        balance: 14,
        currency: 'COIN',
        items: [
          { coins: 7, balance: 14 },
          { coins: 7, balance: 7 },
        ],
      });
      const plans = (await get('alice', '/api/v1/plans')).json();
      expect(plans.items[0]).toMatchObject({
        id: 'standard',
        policy: 'completed-minute',
        price: 10,
        incrementMs: 60_000,
      });
    });

    test('[METER-39] a receipt adds up for its reader: times, held and given back, balance, the earner’s own share', async () => {
      const receipt = async (name: string) => (await get(name, `/api/v1/calls/${callId}/receipt`)).json();
      const lines = [
        { unit: 1, kind: 'charge', beginsAt: iso(0), dueAt: iso(60), coins: 10 },
        { unit: 2, kind: 'charge', beginsAt: iso(60), dueAt: iso(120), coins: 10 },
      ];
      expect(await receipt('alice')).toMatchObject({
        plan: { price: 10, earnerShareBp: null },
        lines: lines.map((line) => ({ ...line, earned: null })),
        held: 0,
        released: 10,
        balance: { before: 100, after: 80 },
      });
      expect(await receipt('bob')).toMatchObject({
        plan: { earnerShareBp: 7000 },
        lines: lines.map((line) => ({ ...line, coins: 7, earned: 7 })),
        held: null,
        released: null,
        balance: { before: 0, after: 14 },
      });
      expect(await receipt('admin')).toMatchObject({ earned: null, held: null, balance: null });
      expect((await get('bob', '/api/v1/plans')).json().items[0]).toMatchObject({ earnerShareBp: 7000 });
      expect((await get('alice', '/api/v1/plans')).json().items[0]).toMatchObject({ earnerShareBp: null });
    });

    test('[METER-54] each answer about the coins of a call says whether more may follow', async () => {
      const [payerId, earnerId] = [ids.get('alice') ?? '', ids.get('bob') ?? ''];
      const id = await world.call('salon', { payerId, earnerId, openedBy: payerId });
      await world.join(id, { personId: payerId, sid: 'PA_s1' });
      await world.join(id, { personId: earnerId, sid: 'PA_s2' });
      await world.passTicking(65, 65);
      const said = async (): Promise<boolean[]> => {
        const answers = [];
        for (const what of ['charges', 'charges?limit=1', 'meter', 'receipt'])
          answers.push((await get('alice', `/api/v1/calls/${id}/${what}`)).json().settled);
        return answers;
      };
      expect(await said()).toEqual([false, false, false, false]);
      await world.hangUp(id, payerId);
      await world.settle();
      expect(await said()).toEqual([true, true, true, true]);
    });

    test('[METER-39] no route tells who earns what the other pays', async () => {
      const said = async (name: string, of: string) =>
        (await get(name, `/api/v1/calls/${callId}${of}`)).json();
      expect(await said('alice', '/meter')).toMatchObject({ coins: 20, earned: null });
      expect(await said('bob', '/meter')).toMatchObject({ coins: 14, earned: 14 });
      expect(await said('admin', '/meter')).toMatchObject({ coins: 20, earned: null });
      const coins = ({ items }: { items: { coins: number }[] }) => items.map((item) => item.coins);
      expect(coins(await said('alice', '/charges'))).toEqual([10, 10]);
      expect(coins(await said('bob', '/charges'))).toEqual([7, 7]);
    });

    test('[METER-38] a pause in a receipt says whose it was, and why', async () => {
      const [payerId, earnerId] = [ids.get('alice') ?? '', ids.get('bob') ?? ''];
      const id = await world.call('paused', { payerId, earnerId, openedBy: payerId });
      const receipt = async () => (await get('alice', `/api/v1/calls/${id}/receipt`)).json();
      await world.join(id, { personId: payerId, sid: 'PA_a_paused' });
      await world.join(id, { personId: earnerId, sid: 'PA_b_paused' });
      await world.passTicking(20);
      expect(await receipt()).toMatchObject({ held: 10, released: 0, balance: null });
      await world.say(id, { personId: earnerId, sid: 'PA_b_paused' }, 'webhook', 'participant_left', {
        participant: { disconnectReason: 'CLIENT_INITIATED' },
      });
      world.silence('PA_b_paused');
      await world.passTicking(10);
      await world.join(id, { personId: earnerId, sid: 'PA_b_back' });
      await world.passTicking(20);
      await world.hangUp(id, payerId);
      await world.settle();
      expect(await receipt()).toMatchObject({
        pauses: [{ ms: 10_000, personId: earnerId, reason: 'closed_page' }],
        billableMs: 40_000,
        held: 0,
        released: 10,
        balance: null,
      });
    });

    test('[METER-15] who reads the money right after the end finds nothing held and the last unit charged', async () => {
      const [payerId, earnerId] = [ids.get('alice') ?? '', ids.get('bob') ?? ''];
      const before = (await get('alice', '/api/v1/wallet')).json();
      const ends: { held: number; spent: number; units: number; settledAt: unknown }[] = [];
      for (const first of ['wallet', 'charges', 'receipt']) {
        const id = await world.call(`last-${first}`, { payerId, earnerId, openedBy: payerId });
        await world.join(id, { personId: payerId, sid: `PA_a_${first}` });
        await world.join(id, { personId: earnerId, sid: `PA_b_${first}` });
        await world.pass(65);
        await world.hangUp(id, payerId);
        // The call has ended, and the meter has not ticked since.
        await world.follow();
        const url = first === 'wallet' ? '/api/v1/wallet' : `/api/v1/calls/${id}/${first}`;
        const answer = (await get('alice', url)).json();
        const rows =
          first === 'charges'
            ? answer.items
            : (await get('alice', `/api/v1/calls/${id}/charges`)).json().items;
        const wallet = first === 'wallet' ? answer : (await get('alice', '/api/v1/wallet')).json();
        ends.push({
          held: wallet.held,
          spent: before.balance - wallet.balance,
          units: rows.length,
          settledAt: answer.settledAt,
        });
      }
      expect(ends).toMatchObject([
        { held: 0, spent: 10, units: 1 },
        { held: 0, spent: 20, units: 1 },
        { held: 0, spent: 30, units: 1, settledAt: expect.any(String) },
      ]);
    });
  });
}
