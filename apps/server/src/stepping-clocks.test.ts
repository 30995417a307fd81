import { afterEach, describe, expect, it } from 'vitest';
import { House, type Guest } from './house.testing.ts';
import { silentLog } from './platform/index.ts';
import { openTestDatabases } from './platform/testing.ts';
import { rebuild } from './rebuild.ts';
import { SimulatedPerson } from './simulation.testing.ts';

/** By how much LiveKit's clock is ahead before and after it is set, when in the call that is, and how long the call lasts. */
interface Step {
  readonly fromMs: number;
  readonly toMs: number;
  readonly atS: number;
  readonly lastsS: number;
  readonly coins: number;
  readonly who?: 'payer' | 'earner';
}

/** Of LiveKit's cut seconds, at both ends. */
const RIGHT_TO_MS = 2_000;

const STEPS: readonly [string, Step][] = [
  ['twenty seconds back', { fromMs: 0, toMs: -20_000, atS: 30, lastsS: 65, coins: 10 }],
  [
    'right from four minutes behind',
    { fromMs: -240_000, toMs: 0, atS: 30, lastsS: 95, coins: 10, who: 'earner' },
  ],
  [
    'right from two minutes ahead, in the last second',
    { fromMs: 120_000, toMs: 0, atS: 64.5, lastsS: 65, coins: 10 },
  ],
  [
    'four minutes back, in the last second',
    { fromMs: 0, toMs: -240_000, atS: 124.5, lastsS: 125, coins: 20 },
  ],
  ['two minutes on, just before a minute', { fromMs: 0, toMs: 120_000, atS: 30, lastsS: 57, coins: 0 }],
  [
    'from twenty seconds ahead to as many behind',
    { fromMs: 20_000, toMs: -20_000, atS: 60, lastsS: 125, coins: 20, who: 'earner' },
  ],
];

for (const kind of await openTestDatabases()) {
  describe(`a LiveKit whose clock is set amid a call, on ${kind.name}`, () => {
    let house: House;
    let payer: SimulatedPerson;
    let earner: SimulatedPerson;
    let alice: Guest;
    afterEach(() => house.close());

    const open = async (skewMs: number, { beats = false } = {}) => {
      house = await new House(kind).open();
      house.skewMs = skewMs;
      alice = await house.invite('alice', 'client', 100n);
      payer = new SimulatedPerson(house, alice, { beats });
      earner = new SimulatedPerson(house, await house.invite('bob', 'model'), { beats });
      if (beats) house.clock.setTimeout(beat, 500);
    };
    /** Pages beat by themselves. */
    const beat = (): void => {
      house.clock.during(Promise.all([payer.beat(), earner.beat()]));
      house.clock.setTimeout(beat, 500);
    };
    const meet = async () => {
      await payer.enter('salon');
      await house.pass(3);
      await earner.enter('salon');
    };
    const ended = async () => {
      const call = await house.get(`/api/v1/calls/${payer.truth[0]?.callId}`, alice);
      expect(call).toMatchObject({ status: 'ended' });
      return call as { coins: number; billableMs: number };
    };
    const costs = async (coins: number, lastsS: number) => {
      const call = await ended();
      expect(
        { coins: call.coins, isRight: Math.abs(call.billableMs - lastsS * 1_000) <= RIGHT_TO_MS },
        `${call.billableMs} ms`,
      ).toEqual({
        coins,
        isRight: true,
      });
      expect(await house.get('/api/v1/wallet', alice)).toMatchObject({ balance: 100 - coins, held: 0 });
      const before = await house.derived();
      const { database, config } = house.server;
      await rebuild({ database, config, log: silentLog });
      expect(await house.derived()).toEqual(before);
    };
    const play = async ({ toMs, atS, lastsS, who = 'payer' }: Step) => {
      await meet();
      await house.pass(atS);
      house.skewMs = toMs;
      await house.pass(lastsS - atS);
      (who === 'payer' ? payer : earner).closePage();
      await house.pass(70);
    };

    it.each(STEPS)(
      '[PRES-R50] %s: the call costs what it lasted, though its end is the first word after',
      async (_name, step) => {
        await open(step.fromMs);
        await play(step);
        await costs(step.coins, step.lastsS);
      },
    );

    it.each(STEPS.slice(0, 4))(
      '[PRES-R52] %s, of a LiveKit that tells no time: our own proof of who leaves bounds it',
      async (_name, step) => {
        await open(step.fromMs, { beats: true });
        house.date = () => null;
        await play(step);
        await costs(step.coins, step.lastsS);
      },
    );

    it('[PRES-R53] a machine between us that tells its own time is not believed', async () => {
      await open(-240_000);
      house.date = () => house.clock.now();
      await play({ fromMs: -240_000, toMs: -240_000, atS: 30, lastsS: 65, coins: 10 });
      await costs(10, 65);
    });

    it('[PRES-R51] a word that is late, and all of them again: late is not set, and set is not late', async () => {
      await open(0);
      house.onTheWay = async (_posted, deliver) => {
        const status = await deliver();
        for (const earlier of house.posted) await house.deliver(earlier);
        return status;
      };
      await meet();
      await house.pass(30);
      house.skewMs = -20_000;
      await house.pass(35);
      const late: (() => Promise<number>)[] = [];
      house.onTheWay = (_posted, deliver) => {
        late.push(deliver);
        return Promise.resolve(200);
      };
      payer.closePage();
      await house.pass(15);
      for (const deliver of late) await deliver();
      await house.pass(70);
      await costs(10, 65);
    });

    it('[PRES-R51] set while we were away, with the joins lost and somebody leaving: the call costs what it lasted', async () => {
      await open(0);
      await house.pass(5);
      house.onTheWay = () => Promise.resolve(200);
      await meet();
      await house.server.close();
      await house.clock.advance(10_000);
      house.skewMs = -240_000;
      await house.clock.advance(20_000);
      await house.start();
      house.onTheWay = (_posted, deliver) => deliver();
      await house.pass(95);
      earner.closePage();
      await house.pass(70);
      await costs(20, 125);
    });

    it('[PRES-R50] set while somebody is away: what they were away is not paid, and nothing else', async () => {
      await open(0, { beats: true });
      await meet();
      await house.pass(30);
      earner.vanish();
      await house.pass(5);
      house.skewMs = -20_000;
      await house.pass(15);
      await earner.enter('salon');
      await house.pass(45);
      payer.closePage();
      await house.pass(70);
      await costs(10, 75);
    });
  });
}
