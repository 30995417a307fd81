import type { NewFact } from '@latido/core';
import { participantLeft, webhookBody } from '@latido/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog, type Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { LivekitClocks } from '../presence/index.ts';
import { chanceOf } from '../simulation.testing.ts';
import { createWebhookClock, type WebhookClockDeps } from './webhook-clock.ts';
import { isUnreadable, readWebhook } from './webhook-fact.ts';

const NOW = Date.UTC(2026, 0, 5, 10);
const SKEWS_MS = [0, 0, 120_000, -240_000, 20_000, -20_000, 5_000, -5_000];
/** Of LiveKit's seconds, once in the word and once in its answer. */
const RIGHT_TO_MS = 2_000;

/** A LiveKit that lives by chance: what it says is told in our time. */
class Livekit {
  skewMs = 0;
  #n = 0;
  readonly key: string;

  constructor(key: string) {
    this.key = key;
  }

  /** Somebody leaves at `at`, and the word of it comes `lateMs` later. */
  left(at: number, lateMs: number): { fact: NewFact; key: string } {
    this.#n += 1;
    const joinedAt = { joinedAt: 0n, joinedAtMs: BigInt(at + this.skewMs) };
    const who = { identity: `somebody ${this.#n}`, ...joinedAt };
    const event = participantLeft({ room: `${this.key} ${this.#n}`, participant: who, at: at + this.skewMs });
    const fact = readWebhook({ body: Buffer.from(webhookBody(event)), receivedAt: at + lateMs });
    if (isUnreadable(fact)) throw new Error(fact.problem);
    return { fact, key: this.key };
  }

  time(at: number) {
    const saidAt = Math.floor((at + this.skewMs) / 1000) * 1000;
    return { askedAt: at - 5, answeredAt: at + 5, saidAt };
  }
}

for (const kind of await openTestDatabases()) {
  describe(`webhooks put on our clock, on ${kind.name}`, () => {
    let database: Database;
    beforeAll(async () => {
      database = await kind.open();
    });
    afterAll(() => database.close());

    const clockOf = (more: Partial<WebhookClockDeps> = {}) => {
      const clocks = new LivekitClocks(silentLog);
      const { corrected } = createWebhookClock({ db: database.db, clocks, ...more });
      const take = async (said: { fact: NewFact; key: string }): Promise<number> => {
        const [fact] = await corrected([said]);
        return fact?.occurredAt ?? NaN;
      };
      return { clocks, take };
    };

    it.each([1, 2, 3, 4, 5, 6, 7, 8])(
      '[PRES-R50] however a clock is set, whatever is late: seed %i',
      async (seed) => {
        const chance = chanceOf(seed);
        const livekit = new Livekit(`asked ${seed}`);
        let now = NOW;
        const time = () => Promise.resolve(livekit.time(now + 10));
        const { clocks, take } = clockOf({ asked: { key: livekit.key, time } });
        let setAt = -Infinity;
        /** The watcher looks each half second, and whoever sets the clock may do so at any time. */
        const pass = (ms: number): void => {
          for (const until = now + ms; now < until; now += 500) {
            clocks.hearTime(livekit.key, livekit.time(now));
            if (chance() < 0.02)
              [livekit.skewMs, setAt] = [SKEWS_MS[Math.floor(chance() * 8)] ?? 0, now + 250];
          }
        };
        for (let n = 0; n < 60; n += 1) {
          pass(500 + Math.floor(chance() * 40_000));
          // The first word after it, or the last before it.
          const isFirst = chance() < 0.3;
          const toMs = SKEWS_MS[Math.floor(chance() * 8)] ?? 0;
          if (isFirst) [livekit.skewMs, setAt] = [toMs, now];
          const at = now + 1;
          const lateMs = chance() < 0.7 ? 20 : 1_000 + Math.floor(chance() * 25_000);
          const left = livekit.left(at, lateMs);
          if (!isFirst && chance() < 0.3) [livekit.skewMs, setAt] = [toMs, now + 2];
          pass(lateMs);
          now = at + lateMs;
          const told = await take(left);
          const story = `${n}: ${told - at} ms, late by ${lateMs}, set ${at - setAt} ms before`;
          expect(told, story).toBeGreaterThanOrEqual(at - RIGHT_TO_MS);
          // Where it was set while the word was on its way it may be of either clock, and is of the later.
          const isSure = lateMs < 1_000 || setAt <= at;
          expect(told, story).toBeLessThanOrEqual(isSure ? at + RIGHT_TO_MS : now);
        }
      },
    );

    it('[PRES-R52] of two, one is set to and fro: the other stays as it is', async () => {
      const { clocks, take } = clockOf();
      const [right, odd] = [new Livekit('right'), new Livekit('odd')];
      for (let n = 0; n < 20; n += 1) {
        odd.skewMs = [120_000, 0][n % 2] ?? 0;
        const at = NOW + n * 30_000;
        expect(Math.abs((await take(right.left(at, 20))) - at)).toBeLessThanOrEqual(RIGHT_TO_MS);
        // Nobody can ask it: what is ahead is seen at once.
        if (odd.skewMs > 0)
          expect(Math.abs((await take(odd.left(at, 20))) - at)).toBeLessThanOrEqual(RIGHT_TO_MS);
      }
      expect(clocks.offsetMs('right')).toBe(0);
    });

    it('[PRES-R52] whom we heard leaves no earlier, of a LiveKit that tells no time; what beats say is nothing against its time', async () => {
      const livekit = new Livekit('mute');
      let heardAt = NOW;
      const { clocks, take } = clockOf({ witness: (_fact, by) => (by === 'heard' ? heardAt : null) });
      await take(livekit.left(NOW, 20));
      livekit.skewMs = -20_000;
      heardAt = NOW + 29_500;
      expect(await take(livekit.left(NOW + 30_000, 20))).toBe(NOW + 30_020);
      // It moves nobody else: a word that is late is late.
      expect(clocks.offsetMs('mute')).toBe(0);
      livekit.skewMs = 0;
      heardAt = NOW;
      expect(await take(livekit.left(NOW + 60_000, 20_000))).toBe(NOW + 60_000);

      const asked = new Livekit('telling');
      const said = clockOf({
        witness: (_fact, by) => (by === 'heard' ? NOW + 75_000 : null),
        asked: { key: 'telling', time: () => Promise.resolve(asked.time(NOW + 80_010)) },
      });
      expect(await said.take(asked.left(NOW + 60_000, 20_000))).toBe(NOW + 60_000);
    });

    it("[PRES-R53] a time that words contradict twice is another clock's, for ten minutes", async () => {
      const livekit = new Livekit('between');
      const right = new Livekit('between');
      let now = NOW;
      const { clocks, take } = clockOf({
        asked: { key: 'between', time: () => Promise.resolve(right.time(now)) },
      });
      livekit.skewMs = 120_000;
      for (const s of [0, 10, 20]) {
        const at = NOW + s * 1_000;
        now = at + 30;
        expect(Math.abs((await take(livekit.left(at, 20))) - at)).toBeLessThanOrEqual(RIGHT_TO_MS);
      }
      expect(Math.abs(clocks.offsetMs('between') - 120_000)).toBeLessThan(RIGHT_TO_MS);
      clocks.hearTime('between', right.time(NOW + 60_000));
      expect(Math.abs(clocks.offsetMs('between') - 120_000)).toBeLessThan(RIGHT_TO_MS);
      clocks.hearTime('between', right.time(NOW + 700_000));
      expect(clocks.offsetMs('between')).toBe(0);
    });
  });
}
