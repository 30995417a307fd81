import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueRows } from './due-rows.ts';
import { planOf } from './plan.ts';
import { price, unitsDue } from './price.ts';
import { billableAt, timeline } from './timeline.ts';
import type { Stay, TimelineOptions } from './timeline.ts';

const standard = planOf('completed-minute', 10n);
const open: TimelineOptions = { callEndedAt: null, bridgeGapMs: 0 };
const endedAt = (callEndedAt: number): TimelineOptions => ({ ...open, callEndedAt });

function stay(joinedAt: number, more: Partial<Stay> = {}): Stay {
  return { joinedAt, leftAt: null, lastProofAt: more.leftAt ?? joinedAt, gaps: [], beating: true, ...more };
}
const dues = (line: ReturnType<typeof timeline>, ahead = 2) =>
  dueRows(standard, line, { ahead }).map((row) => row.dueAt);

describe('timeline', () => {
  test('[METER-7] only the time of both counts, each one as the union of tabs and returns', () => {
    const alice = [stay(0, { leftAt: 50 }), stay(30, { leftAt: 80 }), stay(90, { leftAt: 100 })];
    const bob = [stay(10, { leftAt: 95 })];
    expect(timeline(alice, bob, endedAt(94)).spans).toEqual([
      [10, 80],
      [90, 94],
    ]);
  });

  test('[METER-8] a payer dead at 59.8 s pays nothing at 60.0, however late we notice', () => {
    const alice = [stay(0, { lastProofAt: 59_800 })];
    const bob = [stay(0, { lastProofAt: 75_000 })];
    const line = timeline(alice, bob, open);
    expect(line).toMatchObject({
      billableMs: 59_800,
      provenUntilAt: 59_800,
      running: true,
      provenByNow: false,
    });
    expect(dues(line)[0]).toBe(60_000);
    expect(price(standard, timeline(alice, bob, endedAt(75_000)).billableMs)).toBe(0n);
  });

  test.each<[string, Partial<Stay>, number, number]>([
    ['the room was deleted by the end', { leftReason: 'room_deleted', beating: false }, 60_400, 60_400],
    ['also of one that beats', { leftReason: 'room_deleted' }, 60_400, 60_400],
    [
      'a plain client that went in the same second',
      { leftReason: 'page_left', beating: false },
      60_400,
      60_400,
    ],
    ['of one that beats the last proof stands', { leftReason: 'page_left' }, 60_400, 59_900],
    ['a second further away it had left before', { leftReason: 'room_deleted' }, 60_900, 59_900],
    ['who lost the line was not there at the end', { leftReason: 'timeout', beating: false }, 60_400, 59_900],
  ])(
    '[METER-16] who was there at the end is paid until the end: %s',
    (_title, more, callEndedAt, billableMs) => {
      const left = { leftAt: 59_900, leftAtMax: 60_899, ...more };
      const line = timeline([stay(0, left)], [stay(0, left)], endedAt(callEndedAt));
      expect(line.billableMs).toBe(billableMs);
    },
  );

  test('[METER-9] a gap is unpaid and moves what is due; a short one is bridged where the plan says so', () => {
    const alice = [stay(0, { lastProofAt: 70_000, gaps: [[20_000, 23_000]] })];
    const bob = [stay(0, { lastProofAt: 70_000 })];
    expect(dues(timeline(alice, bob, open))).toEqual([63_000, 123_000, 183_000]);
    expect(dues(timeline(alice, bob, { ...open, bridgeGapMs: 3_000 }))[0]).toBe(60_000);
  });

  test('[METER-10] while either cannot be reached nothing is due next', () => {
    const alice = [stay(0, { lastProofAt: 70_000, gaps: [[65_000, null]] })];
    const bob = [stay(0, { lastProofAt: 70_000 })];
    const line = timeline(alice, bob, open);
    expect(line).toMatchObject({ billableMs: 65_000, running: false, resumesAt: null });
    expect(dues(line)).toEqual([60_000, null, null]);
  });

  test('[METER-41] what is unpaid rests the meter while it lasts, and is counted on from its end', () => {
    const alice = [stay(0, { lastProofAt: 70_000, unpaid: [[20_000, null]] })];
    const bob = [stay(0, { lastProofAt: 70_000 })];
    expect(timeline(alice, bob, open)).toMatchObject({ billableMs: 20_000, running: false, resumesAt: null });
    const again = [stay(0, { lastProofAt: 70_000, unpaid: [[20_000, 65_000]] })];
    expect(timeline(again, bob, open)).toMatchObject({
      billableMs: 25_000,
      running: true,
      resumesAt: 70_000,
    });
    expect(dues(timeline(again, bob, open))[0]).toBe(105_000);
  });

  test('[METER-91] a bridged gap counts from the return on, and not only once there is a proof after it', () => {
    const alice = [stay(0, { lastProofAt: 45_000, gaps: [[20_000, 45_000]] })];
    const bob = [stay(0, { lastProofAt: 45_000 })];
    const bridging = { ...open, bridgeGapMs: 30_000 };
    expect(timeline(alice, bob, bridging)).toMatchObject({ running: true, resumesAt: 20_000 });
    expect(dues(timeline(alice, bob, bridging))[0]).toBe(60_000);
    // A longer one is not, nor time in which the balance had ended.
    expect(dues(timeline(alice, bob, { ...open, bridgeGapMs: 24_999 }))[0]).toBe(85_000);
    const stopped = timeline(alice, bob, { ...bridging, stops: [[20_000, 40_000]] });
    expect(stopped.resumesAt).toBe(40_000);
  });

  test('[METER-95] a unit after a return is due when it is, though no proof of who stayed came just before the leaving', () => {
    for (const beating of [true, false]) {
      const alice = [stay(0, { lastProofAt: 41_000, beating })];
      const bob = [stay(0, { leftAt: 58_000 }), stay(70_000, { lastProofAt: 70_000 })];
      const line = timeline(alice, bob, open);
      expect(line).toMatchObject({ billableMs: 41_000, ahead: [[0, 58_000]], resumesAt: 70_000 });
      expect(dues(line)).toEqual([72_000, 132_000]);
      // A gap that is bridged is so by what is proven, or will be.
      expect(dues(timeline(alice, bob, { ...open, bridgeGapMs: 15_000 }))).toEqual([60_000, 120_000]);
      // What breaks it off stays broken off.
      const away = [stay(0, { lastProofAt: 41_000, beating, gaps: [[41_000, 50_000]] })];
      expect(dues(timeline(away, bob, open))[0]).toBe(81_000);
    }
    // Nor is that charged that turns out never to have been.
    const gone = [stay(0, { leftAt: 41_000 })];
    const back = [stay(0, { leftAt: 58_000 }), stay(70_000, { lastProofAt: 90_000 })];
    expect(price(standard, timeline(gone, back, endedAt(90_000)).billableMs)).toBe(0n);
  });

  test('[METER-10] a return is counted from the return', () => {
    const alice = [stay(0, { leftAt: 40_000 }), stay(100_000, { lastProofAt: 100_000 })];
    const bob = [stay(0, { lastProofAt: 100_500 })];
    const line = timeline(alice, bob, open);
    expect(line.resumesAt).toBe(100_000);
    expect(dues(line)).toEqual([120_000, 180_000]);
    expect(billableAt(line, 105_000)).toBe(45_000);
  });

  test('[METER-32] units are reckoned from one on, in slices: a clock that is days off is no longer list than asked for', () => {
    const days = 1_000 * 86_400_000;
    const line = timeline([stay(0, { lastProofAt: days })], [stay(0, { lastProofAt: days })], open);
    const rows = dueRows(standard, line, { ahead: 4, chargedUpTo: 7, from: 8, most: 500 });
    expect(rows).toHaveLength(500);
    expect([rows[0]?.unit, rows[0]?.dueAt, rows.at(-1)?.unit]).toEqual([8, 480_000, 507]);
    const last = dueRows(standard, line, { ahead: 4, chargedUpTo: 1_439_999, from: 1_440_000, most: 500 });
    expect(last.map(({ unit }) => unit)).toEqual([1_440_000, 1_440_001, 1_440_002, 1_440_003, 1_440_004]);
  });

  test('[METER-11] without any beat LiveKit’s word reaches to now, and to the end of the call', () => {
    const alice = [stay(0, { beating: false })];
    const bob = [stay(1_000, { beating: false })];
    const line = timeline(alice, bob, open);
    expect(line).toMatchObject({ running: true, provenByNow: true });
    expect(dues(line)).toEqual([61_000, 121_000]);
    expect(dueRows(standard, line, { ahead: 2, chargedUpTo: 3 }).at(-1)).toMatchObject({
      unit: 5,
      dueAt: 301_000,
    });
    expect(timeline(alice, bob, endedAt(126_000)).billableMs).toBe(125_000);
    expect(timeline(alice, [stay(1_000, { lastProofAt: 30_000 })], open)).toMatchObject({
      provenByNow: false,
      provenUntilAt: null,
    });
  });

  test('[METER-13] the meter stops where the balance ends and goes on from the top-up', () => {
    const alice = [stay(0, { lastProofAt: 75_000 })];
    const bob = [stay(0, { lastProofAt: 75_000 })];
    const stopped = timeline(alice, bob, { ...open, stops: [[60_000, null]] });
    expect(stopped).toMatchObject({ billableMs: 60_000, running: false, stopsAt: 60_000 });
    expect(dues(stopped)).toEqual([60_000, null, null]);
    const goingOn = timeline(alice, bob, { ...open, stops: [[60_000, 70_000]] });
    expect(goingOn).toMatchObject({ billableMs: 65_000, running: true });
    expect(dues(goingOn)).toEqual([60_000, 130_000, 190_000]);
    const topUpUnproven = timeline(alice, bob, { ...open, stops: [[60_000, 80_000]] });
    expect(topUpUnproven).toMatchObject({ billableMs: 60_000, resumesAt: 80_000 });
  });

  test('[METER-13] a top-up keeps the time before it of people whom LiveKit alone witnesses', () => {
    const alice = [stay(0, { beating: false, lastProofAt: 0 })];
    const bob = [stay(1_000, { beating: false, lastProofAt: 1_000 })];
    const goingOn = timeline(alice, bob, { ...open, stops: [[61_000, 70_000]] });
    expect(goingOn).toMatchObject({
      billableMs: 60_000,
      running: true,
      resumesAt: 70_000,
      provenByNow: true,
    });
    expect(dues(goingOn)).toEqual([61_000, 130_000, 190_000]);
    expect(billableAt(goingOn, 80_000)).toBe(70_000);
    const cameLater = [stay(75_000, { beating: false, lastProofAt: 75_000 })];
    expect(timeline(alice, cameLater, { ...open, stops: [[61_000, 70_000]] }).billableMs).toBe(0);
  });

  test('[METER-13] a stop that is still ahead lets the meter run up to it', () => {
    const alice = [stay(0, { lastProofAt: 20_000 })];
    const bob = [stay(0, { lastProofAt: 20_000 })];
    const line = timeline(alice, bob, { ...open, stops: [[60_000, null]] });
    expect(line).toMatchObject({ billableMs: 20_000, running: true });
    expect(dues(line)).toEqual([60_000, null]);
    expect(billableAt(line, 90_000)).toBe(60_000);
  });
});

const someStays = fc.array(
  fc
    .record({
      joinedAt: fc.nat(300_000),
      ms: fc.nat(200_000),
      isOpen: fc.boolean(),
      gapAt: fc.nat(200_000),
      beating: fc.boolean(),
    })
    .map(({ joinedAt, ms, isOpen, gapAt, beating }): Stay => ({
      joinedAt,
      leftAt: isOpen ? null : joinedAt + ms,
      lastProofAt: joinedAt + ms,
      gaps: [[joinedAt + gapAt, joinedAt + gapAt + 4_000]],
      beating,
    })),
  { maxLength: 4 },
);

describe('timeline, whatever the stays', () => {
  test('[METER-14] their order and repetition cannot matter', () => {
    fc.assert(
      fc.property(someStays, someStays, (a, b) => {
        expect(timeline([...a, ...a].toReversed(), [...b.toReversed(), ...b], open)).toEqual(
          timeline(a, b, open),
        );
      }),
    );
  });

  test('[METER-14] nor of two tabs that began at once', () => {
    const [plain, beating] = [stay(0, { beating: false }), stay(0)];
    const partner = [stay(0, { beating: false })];
    const lines = [
      [plain, beating],
      [beating, plain],
    ].map((tabs) => timeline(tabs, partner, open));
    expect(lines[0]).toEqual(lines[1]);
    expect(lines[0]?.provenByNow).toBe(false);
    const paused = stay(0, { gaps: [[0, 4_000]] });
    const [one, other] = [
      [paused, beating],
      [beating, paused],
    ].map((tabs) => timeline(tabs, partner, open));
    expect(one).toEqual(other);
    expect(one?.resumesAt).toBe(4_000);
  });

  test('[METER-10] due rows are in order, the proven ones not after the proof and the next ones after it', () => {
    fc.assert(
      fc.property(someStays, someStays, fc.constantFrom(0, 5_000), (a, b, bridgeGapMs) => {
        const line = timeline(a, b, { callEndedAt: null, bridgeGapMs });
        const due = unitsDue(standard, line.billableMs);
        let lastAt = -Infinity;
        for (const row of dueRows(standard, line, { ahead: 2 })) {
          if (row.unit <= due) expect(row.dueAt).toBeLessThanOrEqual(line.provenUntilAt ?? -1);
          else if (row.dueAt !== null) expect(row.dueAt).toBeGreaterThan(line.provenUntilAt ?? -1);
          if (row.dueAt === null) continue;
          expect(row.dueAt).toBeGreaterThan(lastAt);
          lastAt = row.dueAt;
        }
      }),
    );
  });

  test('[METER-8] more proof never makes a call cheaper', () => {
    fc.assert(
      fc.property(someStays, someStays, fc.nat(100_000), (a, b, moreMs) => {
        const more = a.map((one) => ({ ...one, lastProofAt: one.lastProofAt + moreMs }));
        expect(timeline(more, b, open).billableMs).toBeGreaterThanOrEqual(timeline(a, b, open).billableMs);
      }),
    );
  });
});
