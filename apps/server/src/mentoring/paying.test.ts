import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Desk, type Guest } from '../desk.testing.ts';
import { House } from '../house.testing.ts';
import { audit } from '../metering/index.ts';
import { openTestDatabases } from '../platform/testing.ts';

for (const kind of await openTestDatabases()) {
  describe(`sessions in which each pays by the minute on ${kind.name}`, () => {
    let house: House;
    let desk: Desk;
    let dora: Guest;
    let alice: Guest;
    let anna: Guest;
    let carl: Guest;

    beforeAll(async () => {
      house = await new House(kind, { idle: true }).open();
      desk = new Desk(house);
    });
    afterAll(() => house.close());
    beforeEach(async () => {
      dora = await desk.invite('dora', 'mentor');
      alice = await desk.invite('alice', 'client');
      anna = await desk.invite('anna', 'client', 25n);
      carl = await desk.invite('carl', 'client');
    });

    const code = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];
    const byTheMinute = { price: { kind: 'per_minute' } };
    const differences = async (): Promise<unknown[]> => {
      const found: unknown[] = [];
      for await (const difference of audit(house.db)) found.push(difference);
      return found;
    };

    it('[MENTOR-34] each pays for their own time, one runs out and one goes early, to the coin; the mentor earns from all', async () => {
      const id = await desk.begun(dora, [alice, anna, carl], byTheMinute);
      const { callId } = await desk.enter(dora, id);
      for (const who of [alice, anna, carl]) await desk.admitted(dora, who, id);
      expect((await desk.wallet(alice)).held).toBe(0);
      await desk.enter(alice, id);
      const { there: annas } = await desk.enter(anna, id);
      expect(await desk.wallet(alice)).toEqual({ available: 90, held: 10 });
      await house.pass(30);
      const { there: carls } = await desk.enter(carl, id);
      await house.pass(70);
      carls.leave();
      await house.pass(50);
      // Anna's two minutes were over at 120 s, and 20 s later she is out: she alone.
      expect(annas.state).toBe('DISCONNECTED');
      expect(await desk.notices(anna)).toContain('call.coins_ended');
      expect(await desk.notices(alice)).not.toContain('call.coins_ended');
      expect(code(await desk.act(anna, id, 'token', {}))).toEqual([402, 'balance.insufficient']);
      await house.pass(35);
      const { body: shown } = await desk.ask('GET', `/calls/${callId}`, dora);
      expect(shown).toMatchObject({ status: 'live', meter: { running: true, available: null } });
      expect((await desk.ask('GET', `/calls/${callId}`, anna)).body).toMatchObject({ coins: 20 });
      await desk.act(dora, id, 'end');
      await house.settled();
      await house.settled();
      expect(await desk.wallet(alice)).toEqual({ available: 70, held: 0 });
      expect(await desk.wallet(anna)).toEqual({ available: 5, held: 0 });
      expect(await desk.wallet(carl)).toEqual({ available: 90, held: 0 });
      const { body: over } = await desk.ask('GET', `/calls/${callId}`, dora);
      expect(over).toMatchObject({ settled: true, coins: 42, meter: { earned: 42 } });
      expect(await differences()).toEqual([]);
    });

    it('[METER-52] a mentee reads their own receipt, the mentor and the desk all; what is given back is one’s own', async () => {
      const id = await desk.begun(dora, [alice, carl], byTheMinute);
      const { callId } = await desk.enter(dora, id);
      for (const who of [alice, carl]) {
        await desk.admitted(dora, who, id);
        await desk.enter(who, id);
      }
      await house.pass(125);
      await desk.act(dora, id, 'end');
      await house.settled();
      await house.settled();
      const of = (who: Guest, what: string) => desk.ask('GET', `/calls/${callId}/${what}`, who);
      const receipts = async (who: Guest) =>
        (await of(who, 'receipts')).body.items.map(
          ({ payerId, coins }: { payerId: string; coins: number }) => [payerId, coins],
        );
      const both = (coins: number) =>
        expect.arrayContaining([alice, carl].map((who) => [who.personId, coins]));
      expect(await receipts(alice)).toEqual([[alice.personId, 20]]);
      expect(await receipts(dora)).toEqual(both(14));
      const boss = await desk.invite('boss', 'admin');
      expect(await receipts(boss)).toEqual(both(20));
      expect((await of(alice, 'receipt')).body).toMatchObject({ payerId: alice.personId, coins: 20 });
      const asked = `receipt?payerId=${carl.personId}`;
      expect(code(await of(alice, asked))).toEqual([404, 'call.not_found']);
      expect((await of(dora, asked)).body).toMatchObject({ payerId: carl.personId, earned: 14 });
      expect(code(await of(dora, 'receipt'))).toEqual([400, 'request.invalid']);
      expect((await of(alice, 'charges')).body.items).toHaveLength(2);
      expect((await of(alice, `charges?payerId=${carl.personId}`)).body.items).toEqual([]);
      const back = { coins: 5, reason: 'It stuttered.' };
      const give = (body: object) => desk.ask('POST', `/calls/${callId}/refunds`, boss, body);
      expect(code(await give(back))).toEqual([400, 'request.invalid']);
      expect((await give({ ...back, payerId: carl.personId })).status).toBe(201);
      expect(await desk.wallet(carl)).toEqual({ available: 85, held: 0 });
      expect(await desk.wallet(alice)).toEqual({ available: 80, held: 0 });
      expect(await differences()).toEqual([]);
    });

    it('[METER-52] whom a host takes out reads on what they paid, and nothing else of the call', async () => {
      const id = await desk.begun(dora, [alice, carl], byTheMinute);
      const { callId } = await desk.enter(dora, id);
      const entryId = await desk.admitted(dora, alice, id);
      await desk.enter(alice, id);
      await house.pass(65);
      await desk.act(dora, id, `lobby/${entryId}/remove`);
      // A plain client, whom LiveKit's next list proves: the minute is charged by then.
      await house.pass(15);
      const read = (what: string, who = alice) => desk.ask('GET', `/calls/${callId}${what}`, who);
      expect((await read('/receipt')).body).toMatchObject({ payerId: alice.personId, coins: 10 });
      expect((await read('/charges')).body.items).toHaveLength(1);
      expect(code(await read(''))).toEqual([404, 'call.not_found']);
      // Who booked and never came in has no part in it.
      expect(code(await read('/receipt', carl))).toEqual([404, 'call.not_found']);
      await desk.act(dora, id, 'end');
      await house.settled();
    });
  });
}
