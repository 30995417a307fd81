import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { House } from '../house.testing.ts';
import { replan } from '../metering/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { Line, type Guest } from './matching.testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`who has few coins, on ${kind.name}`, () => {
    let house: House;
    let line: Line;
    let poor: Guest;
    let bob: Guest;

    beforeEach(async () => {
      house = await new House(kind).open();
      line = new Line(house);
      poor = await house.invite('poor', 'client', 15n);
      bob = await house.invite('bob', 'model');
    });
    afterEach(() => house.close());

    /** Calls end, and their meters do not know it yet. */
    const holdUp = () =>
      house.server.database.script(`
        create function metering.wait() returns trigger language plpgsql as 'begin new.closing_at := null; return new; end';
        create trigger waits before update on metering.meter for each row execute function metering.wait()`);
    const goOn = async (): Promise<void> => {
      await house.server.database.script('drop trigger waits on metering.meter');
      const { rows } = await sql<{
        id: string;
      }>`select id from metering.meter where settled_at is null`.execute(house.db);
      await house.db.transaction().execute((tx) => replan(tx, { ids: rows.map(({ id }) => id) }));
    };
    const heldOf = async ({ personId }: Guest): Promise<bigint | undefined> => {
      const { rows } = await sql<{ held: bigint }>`select b.held from ledger.balance b
        join ledger.account a on a.id = b.account_id where a.owner_id = ${personId} and a.kind = 'wallet'`.execute(
        house.db,
      );
      return rows[0]?.held;
    };

    it('[MATCH-32] Next does not take off who has coins enough once the last call gives them back, nor keep others waiting', async () => {
      const anna = await house.invite('anna', 'client');
      const brad = await house.invite('brad', 'model');
      const roomName = await line.talking(poor, bob);
      await line.pass(20, poor, bob);
      await holdUp();
      await line.next(poor, { roomName });
      await line.stop(bob);
      await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      await line.settled();
      await line.onAir(brad);
      await line.look(anna);
      await line.settled();
      expect(await line.state(poor)).toMatchObject({ state: 'waiting' });
      expect((await line.state(anna)).offer?.partner.personId).toBe(brad.personId);
      await line.stop(anna);
      await goOn();
      await line.settled();
      expect((await line.state(poor)).offer?.partner.personId).toBe(brad.personId);
    });

    it('[MATCH-32] a hold that no tick gives back keeps nobody in line for longer than two minutes', async () => {
      const roomName = await line.talking(poor, bob);
      await holdUp();
      await line.next(poor, { roomName });
      await line.onAir(await house.invite('brad', 'model'));
      await line.pass(5, poor);
      expect((await line.state(poor)).state).toBe('waiting');
      await sql`update calls.call set ended_at = ended_at - interval '2 minutes'`.execute(house.db);
      await line.settled();
      expect(await line.state(poor)).toMatchObject({ state: 'off', reason: 'no_coins', missing: 5 });
    });

    it('[MATCH-32] who looks as their call has ended is asked by what it leaves them', async () => {
      await line.talking(poor, bob);
      const { callId } = await line.state(poor);
      await line.pass(20, poor, bob);
      await holdUp();
      await house.post(`/api/v1/calls/${callId}/end`, bob, {});
      await line.settled();
      expect((await line.state(poor)).state).toBe('off');
      // Not known to the meter yet: they come in, and what they can pay is seen as it is.
      expect(await line.look(poor)).toMatchObject({ status: 200, body: { state: 'waiting' } });
      await line.stop(poor);
      await goOn();
      expect(await heldOf(poor)).toBe(10n);
      expect(await line.look(poor)).toMatchObject({ status: 200, body: { state: 'waiting' } });
      expect(await heldOf(poor)).toBe(0n);
    });

    /** Brad asks 20 for a minute, with whom poor has 15. */
    const dear = async (): Promise<Guest> => {
      const brad = await house.invite('brad', 'model');
      const admin = await house.invite('admin', 'admin');
      await house.post('/api/v1/plans', admin, { id: 'dear', name: 'Dear', price: 20 });
      await line.ask('PUT', '/api/v1/plans', admin, { with: brad.personId, plans: ['dear'] });
      await line.onAir(brad);
      await line.settled();
      return brad;
    };

    it('[MATCH-85] who cannot pay whoever has been idle longest is offered whom they can pay', async () => {
      const brad = await dear();
      await line.pass(1, brad);
      await line.onAir(bob);
      await line.look(poor);
      await line.settled();
      expect((await line.state(poor)).offer?.partner.personId).toBe(bob.personId);
      const anna = await house.invite('anna', 'client');
      await line.look(anna);
      await line.settled();
      expect((await line.state(anna)).offer?.partner.personId).toBe(brad.personId);
    });

    it('[MATCH-85] they wait for whom they can pay, and are told that coins are missing once nobody is on air whom they can', async () => {
      const anna = await house.invite('anna', 'client');
      await line.offered(anna, bob);
      await dear();
      await line.look(poor);
      await line.settled();
      expect(await line.state(poor)).toMatchObject({ state: 'waiting' });
      await line.ask('DELETE', '/api/v1/matching/on-air', bob);
      await line.settled();
      expect(await line.state(poor)).toMatchObject({ state: 'off', reason: 'no_coins', missing: 5 });
    });

    it('[MATCH-85] coins that come meanwhile count from the next look on', async () => {
      const anna = await house.invite('anna', 'client');
      await line.offered(anna, bob);
      const brad = await dear();
      await line.look(poor);
      await line.settled();
      const admin = await house.invite('other-admin', 'admin');
      const by = { ...admin, headers: { ...admin.headers, 'idempotency-key': 'five' } };
      await line.ask('POST', `/api/v1/wallets/${poor.personId}/grants`, by, { coins: 5 });
      await line.settled();
      expect((await line.state(poor)).offer?.partner.personId).toBe(brad.personId);
    });

    it('[MATCH-60] who asks again while their own offer or call holds their last coins is answered where they are', async () => {
      const alice = await house.invite('alice', 'client', 10n);
      const offered = await line.offered(alice, bob);
      expect(await heldOf(alice)).toBe(10n);
      expect(await line.look(alice)).toMatchObject({ status: 200, body: { state: 'offered' } });
      await line.accept(alice, offered);
      expect(await line.look(alice, { maxPrice: 50 })).toMatchObject({
        status: 200,
        body: { state: 'connecting' },
      });
      await line.meet(alice, bob);
      expect(await line.look(alice)).toMatchObject({ status: 200, body: { state: 'in_call' } });
      // Together with somebody who comes at the same moment as well.
      const [again] = await Promise.all([line.look(alice), line.look(await house.invite('anna', 'client'))]);
      expect(again).toMatchObject({ status: 200, body: { state: 'in_call' } });
      expect(await line.look(await house.invite('penniless', 'client', 4n))).toMatchObject({ status: 402 });
    });
  });
}
