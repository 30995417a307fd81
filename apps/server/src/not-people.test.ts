import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { grantOf, House, type Guest } from './house.testing.ts';
import { openTestDatabases } from './platform/testing.ts';

/** What LiveKit lets into a room that is nobody: who records, from outside and of ours, and who answers by machine. */
const MACHINES = [
  { identity: 'EG_film', kind: 'EGRESS' },
  { identity: 'agent-7', kind: 'AGENT' },
  { identity: 'recorder-1', hidden: true, recorder: true },
] as const;

for (const kind of await openTestDatabases()) {
  describe(`A14: recorders and agents are not people, on ${kind.name}`, () => {
    let house: House;
    let alice: Guest;
    let bob: Guest;
    let callId: string;
    let room: string;

    beforeEach(async () => {
      house = await new House(kind).open();
      [alice, bob] = [await house.invite('alice', 'client'), await house.invite('bob', 'model')];
      await house.pass(20);
    });
    afterEach(() => house.close());

    const enters = async (who: Guest, name: string) => {
      const asked = { roomName: 'salon' };
      const answer = await house.post('/api/livekit/token-secure', who, asked);
      ({ callId } = answer);
      ({ room } = grantOf(answer.token));
      return house.fake.join({ room, identity: answer.identity, name });
    };
    const machinesCome = () => {
      for (const machine of MACHINES) house.fake.join({ room, ...machine });
    };
    const call = () => house.get(`/api/v1/calls/${callId}`, alice);
    const coins = async () => (await house.get('/api/v1/wallet', alice)).balance as number;
    const named = (text: unknown) =>
      MACHINES.map(({ identity }) => identity).filter((each) => JSON.stringify(text).includes(each));

    it('[PRES-R8] A14: with machines alone a payer waits, and pays nothing', async () => {
      await enters(alice, 'Alice');
      machinesCome();
      await house.pass(180);
      expect(await call()).toMatchObject({ status: 'waiting', startedAt: null, billableMs: 0, coins: 0 });
      expect(await coins()).toBe(100);
      expect((await house.get('/api/v1/inbox?after=0', alice)).items).toEqual([]);
    });

    it('[PRES-R8] A14: they lengthen nothing that is paid, hold no call open, and stand in no report', async () => {
      await enters(alice, 'Alice');
      machinesCome();
      await house.pass(60);
      const earner = await enters(bob, 'Bob');
      await house.pass(65);
      expect(await call()).toMatchObject({ status: 'live', coins: 10 });
      earner.leave();
      await house.pass(20);
      expect(await call()).not.toMatchObject({ status: 'live' });
      await house.pass(300);
      const ended = await call();
      expect(ended).toMatchObject({ status: 'ended', coins: 10 });
      expect(Math.abs(ended.billableMs - 65_000)).toBeLessThan(2_000);
      expect(await coins()).toBe(90);
      const report = await house.get(`/api/v1/calls/${callId}/attendance`, alice);
      expect(report.items.map(({ name }: { name: string }) => name).toSorted()).toEqual(['Alice', 'Bob']);
      const desk = await house.invite('mara', 'manager');
      const meetings = await house.get('/api/v1/meetings', desk);
      expect(meetings.items).toMatchObject([{ count: 2 }]);
      const daily = await house.get('/api/v1/daily/meetings', desk);
      const told = await Promise.all([alice, bob].map((who) => house.get('/api/v1/inbox?after=0', who)));
      expect(named([report, meetings, daily, told])).toEqual([]);
    });

    it('[PRES-R8] A14: a room in which they are alone has no meeting', async () => {
      ({ room } = grantOf((await house.post('/api/livekit/token', alice, { roomName: 'hall' })).token));
      machinesCome();
      await house.pass(60);
      const desk = await house.invite('mara', 'manager');
      expect((await house.get('/api/v1/meetings?room=hall', desk)).items).toEqual([]);
      expect((await house.get('/api/v1/rooms/hall/attendance', desk)).items ?? []).toEqual([]);
      const { items } = await house.get('/api/v1/rooms', desk);
      expect(items.filter(({ name }: { name: string }) => name === 'hall')).toEqual([]);
    });
  });
}
