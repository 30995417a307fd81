import { afterAll, describe, expect, it } from 'vitest';
import { openTestDatabases } from '../platform/testing.ts';
import { Evening } from './evening.testing.ts';

/** More seeds: `npm run sim matching -- --seeds 1-100`. */
const [firstSeed = 1, lastSeed = 2] = (process.env['LATIDO_SEEDS'] ?? '')
  .split('-')
  .filter(Boolean)
  .map(Number);
const STEPS = 24;
/** Far above what a run takes on a machine that does much else. */
const RUN_MS = 300_000;

for (const kind of await openTestDatabases()) {
  describe(`an evening of matching on ${kind.name}`, () => {
    let evening: Evening | null = null;
    let met = 0;
    afterAll(() => evening?.close());

    const play = async (seed: number): Promise<void> => {
      if (evening === null) await (evening = new Evening(kind)).open();
      await evening.begin(seed);
      const metBefore = await evening.met();
      for (let step = 0; step < STEPS; step += 1)
        expect(await evening.step(), `step ${step}\n${evening.told.join('\n')}`).toEqual([]);
      expect(await evening.calmDown(), evening.told.join('\n')).toEqual([]);
      met += (await evening.met()) - metBefore;
    };

    for (let seed = firstSeed; seed <= lastSeed; seed += 1) {
      it(
        `[MATCH-25] seed ${seed}: nothing impossible, and in the end nothing is held and the books balance`,
        async () => {
          try {
            await play(seed);
          } catch (error) {
            // What went wrong in one evening is not to be found in the next.
            await evening?.close();
            evening = null;
            throw error;
          }
        },
        RUN_MS,
      );
    }

    // In one evening everybody may have gone before the other came; in all of them nobody is that unlucky.
    it('[MATCH-25] people met in these evenings, so that there was something to be seen', () => {
      expect(met).toBeGreaterThan(lastSeed - firstSeed);
    });
  });
}
