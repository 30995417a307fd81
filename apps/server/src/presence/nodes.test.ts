import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryHub, redisHints, silentLog, type Hints } from '../platform/index.ts';
import { openTestDatabases, testRedisUrl } from '../platform/testing.ts';
import { ANSWER_WITHIN_MS } from './ask-nodes.ts';
import type { Presence } from './index.ts';
import { presenceHouse, where } from './presence.testing.ts';

const redisUrl = testRedisUrl(13);
const hub = memoryHub(silentLog);
const kinds: [string, () => Promise<Hints>][] = [['memory', async () => hub.join()]];
if (redisUrl) kinds.push(['redis', () => redisHints(redisUrl, silentLog)]);

for (const store of await openTestDatabases()) {
  describe.each(kinds)(`presence of several nodes on ${store.name}, hints by %s`, (_kind, join) => {
    const house = presenceHouse(store, join);
    const { beats, connect, warm } = house;
    let otherHints: Hints;
    let other: Presence;

    beforeEach(async () => {
      otherHints = await join();
      other = house.node(otherHints);
    });
    afterEach(async () => {
      await other.close();
      await otherHints.close();
    });

    /** Alice beats for two seconds on the first node. */
    const aliceBeats = async (): Promise<void> => {
      const alice = await connect('person_a');
      await warm();
      await beats(alice, 'PA_a', { forMs: 2000 });
      await alice.say({ type: 'beat', roomState: 'connected', ...where('PA_a'), n: 9 });
    };
    const lastProof = async (): Promise<number> => {
      await house.followers.drain();
      const facts = await house.facts();
      return Math.max(0, ...facts.filter(({ type }) => type === 'proof').map(({ occurredAt }) => occurredAt));
    };

    test('[PRES-NODES-1] proofs of a call that one node asks for are committed by the node that heard them', async () => {
      await aliceBeats();
      expect(await lastProof()).toBeLessThan(house.clock.now());
      await other.flushProofs(['call_1']);
      expect(await lastProof()).toBe(house.clock.now());
    });

    test('[PRES-NODES-2] a node that lives and does not answer is waited for a second, and then named', async () => {
      const mute = await join();
      const asked = new Promise((resolve) => mute.subscribe('presence.proofs_wanted', resolve));
      await aliceBeats();
      const flushed = expect(other.flushProofs(['call_1'])).rejects.toThrow(mute.node);
      await asked;
      await house.clock.advance(ANSWER_WITHIN_MS);
      await flushed;
      expect(await lastProof()).toBeGreaterThan(0);
      await mute.close();
      await other.flushProofs(['call_1']);
    });

    test('[PRES-NODES-3] a node that goes has written all that it heard, and is not asked any more', async () => {
      await aliceBeats();
      const heardUntil = house.clock.now();
      await house.stop();
      // Its hints are closed last: until then it answers.
      await other.flushProofs(['call_1']);
      house.start();
      expect(await lastProof()).toBe(heardUntil);
    });
  });
}
