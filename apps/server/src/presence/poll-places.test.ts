import { describe, expect, test } from 'vitest';
import { PollPlaces } from './poll-places.ts';
import { PollPlan } from './poll-plan.ts';

const ANSWER_WITHIN_MS = 5_000;

/** Asks about rooms for five minutes, looked at four times a second; those that are silent have no answer until the time is over. */
async function play(names: readonly string[]): Promise<{ gaps: Map<string, number>; most: number }> {
  const isSilent = (room: string): boolean => room.startsWith('silent');
  const plan = new PollPlan((room) => ({ people: 1, inDoubt: isSilent(room), isHeard: false }));
  const places = new PollPlaces();
  const gaps = new Map<string, number>();
  const lastAt = new Map<string, number>();
  const underWay = new Set<{ room: string; endAt: number; answer: (is: boolean) => void }>();
  let most = 0;
  for (let now = 0; now < 300_000; now += 250) {
    for (const one of underWay) {
      if (one.endAt > now) continue;
      underWay.delete(one);
      plan.asked(one.room, now);
      one.answer(!isSilent(one.room));
    }
    await new Promise((done) => setImmediate(done));
    for (const room of plan.due(new Set(names), now)) {
      if (!places.isFreeFor(room, now)) continue;
      plan.asking(room, now);
      gaps.set(room, Math.max(gaps.get(room) ?? 0, now - (lastAt.get(room) ?? 0)));
      lastAt.set(room, now);
      const isAnswered = new Promise<boolean>((answer) => {
        underWay.add({ room, endAt: now + (isSilent(room) ? ANSWER_WITHIN_MS : 50), answer });
      });
      places.ask(room, { now, isAnswered });
    }
    most = Math.max(most, underWay.size);
  }
  return { gaps, most };
}

describe('places to ask LiveKit', () => {
  test('[PRES-R56] two hundred rooms without an answer hold up no other', async () => {
    const names = (what: string, count: number) => Array.from({ length: count }, (_, n) => `${what}-${n}`);
    const [silent, sound] = [names('silent', 200), names('sound', 200)];
    const { gaps, most } = await play([...silent, ...sound]);
    const longest = (rooms: readonly string[]) =>
      Math.max(...rooms.map((room) => gaps.get(room) ?? Infinity));
    // Their own ten seconds, and what it takes to find out which are silent.
    expect(longest(sound)).toBeLessThanOrEqual(60_000);
    expect(longest(silent)).toBeLessThan(300_000);
    // As many connections as there are (`list-participants`).
    expect(most).toBeLessThanOrEqual(64);
  });

  test('[PRES-R56] a room is asked about once at a time, and one that has answered is silent no more', async () => {
    const places = new PollPlaces();
    const ask = async (room: string, now: number, is: boolean): Promise<void> => {
      places.ask(room, { now, isAnswered: Promise.resolve(is) });
      expect(places.isFreeFor(room, now)).toBe(false);
      await places.answered();
    };
    for (let n = 0; n < 9; n += 1) await ask(`room-${n}`, 0, false);
    const hanging = { now: 0, isAnswered: new Promise<boolean>(() => undefined) };
    for (let n = 0; n < 8; n += 1) places.ask(`room-${n}`, hanging);
    expect([places.isFreeFor('room-8', 5_000), places.isFreeFor('other', 0)]).toEqual([false, true]);
    places.keep((room) => room !== 'room-8');
    expect(places.isFreeFor('room-8', 5_000)).toBe(true);
  });
});
