import { describe, expect, test } from 'vitest';
import type { KnownRoom } from './poll-plan.ts';
import { PollPlan } from './poll-plan.ts';

const quiet: KnownRoom = { people: 1, inDoubt: false, isHeard: false };
const names = (count: number) => new Set(Array.from({ length: count }, (_, n) => `room-${n}`));

describe('which rooms LiveKit is asked about', () => {
  test('[PRES-F16] with 4 s a list, 8 at a time and 200 rooms, each is asked about before any is a third time', () => {
    const plan = new PollPlan(() => quiet);
    const rooms = names(200);
    const asked = new Map<string, number>();
    for (let now = 0; now < 200_000; now += 4_000) {
      const batch = plan.due(rooms, now).slice(0, 8);
      for (const room of batch) plan.asking(room, now);
      for (const room of batch) {
        plan.asked(room, now + 4_000);
        asked.set(room, (asked.get(room) ?? 0) + 1);
      }
    }
    expect([asked.size, new Set(asked.values())]).toEqual([200, new Set([2])]);
  });

  test('[PRES-F16] rooms of open calls, rooms that LiveKit alone knows, rooms whose count differs', () => {
    const people: Readonly<Record<string, number>> = { same: 2, less: 3, gone: 1 };
    const plan = new PollPlan((room) => ({ people: people[room] ?? 0, inDoubt: false, isHeard: false }));
    const known = new Set(Object.keys(people));
    for (const room of plan.due(known, 0)) {
      plan.asking(room, 0);
      plan.asked(room, 0);
    }
    const listed = [
      { name: 'same', people: 2 },
      { name: 'less', people: 2 },
      { name: 'unknown', people: 1 },
      { name: 'empty', people: 0 },
    ];
    plan.take({ listed, open: new Map([['call', []]]) }, 5_000);
    expect(plan.due(known, 5_000).toSorted()).toEqual(['call', 'gone', 'less', 'unknown']);
    for (const room of plan.due(known, 5_000)) plan.asked(room, 5_000);
    expect(plan.due(known, 14_999)).toEqual(['same']);
    plan.asked('same', 14_999);
    expect(plan.due(known, 44_998).toSorted()).toEqual(['call', 'gone', 'less', 'unknown']);
    expect(plan.due(known, 44_999)).toContain('same');
  });

  test('[PRES-F16] a call in which everybody is heard, and of which LiveKit counts the same, waits a minute', () => {
    const plan = new PollPlan((room) => ({ people: 2, inDoubt: false, isHeard: room !== 'plain' }));
    const known = new Set(['heard', 'plain', 'other count']);
    const listed = [
      ...['heard', 'plain'].map((name) => ({ name, people: 2 })),
      { name: 'other count', people: 3 },
    ];
    plan.take({ listed, open: new Map([...known].map((name) => [name, []])) }, 0);
    for (const room of known) plan.asked(room, 0);
    expect(plan.due(known, 10_000)).toEqual(['plain', 'other count']);
    expect(plan.due(known, 59_999)).not.toContain('heard');
    expect(plan.due(known, 60_000)).toContain('heard');
  });

  test('[PRES-F16] a suspicion comes first, doubt after two seconds, and a room that nobody is in any more is forgotten', () => {
    const plan = new PollPlan((room) => ({ people: 1, inDoubt: room === 'doubted', isHeard: false }));
    for (const room of ['doubted', 'other']) plan.asked(room, 0);
    plan.soon('late');
    expect(plan.due(new Set(['doubted', 'other', 'late']), 2_000)).toEqual(['late', 'doubted']);
    expect(plan.due(new Set(), 60_000)).toEqual([]);
  });
});
