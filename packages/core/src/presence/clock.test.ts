import { describe, expect, it } from 'vitest';
import { clockOffsetMs, clockWord, contradict, joinClockWords, timeWord, type ClockWord } from './clock.ts';

const NOW = Date.UTC(2026, 0, 5, 10);
const MINUTE = 60_000;

/** A word of a LiveKit that is ahead by `skewMs`, of an event at `s`, that took `lateMs` to come. */
function word(
  s: number,
  { skewMs = 0, lateMs = 20, madeS = null as number | null, isOpen = true, isRoomTold = true } = {},
): ClockWord {
  const at = NOW + s * 1000;
  const said = {
    createdAt: Math.floor((at + skewMs) / 1000) * 1000,
    joinedAt: at + skewMs,
    roomMadeAt: madeS === null || !isRoomTold ? null : NOW + madeS * 1000 + skewMs,
  };
  const call = madeS === null ? null : { createdAt: NOW + madeS * 1000 - 30, isOpen };
  const read = clockWord(said, { receivedAt: at + lateMs, call });
  if (read === null) throw new Error('it names an instant');
  return read;
}

describe("LiveKit's clock", () => {
  it.each([
    ['right', 0, 0],
    ['two minutes ahead', 2 * MINUTE, 20],
    ['four minutes behind', -4 * MINUTE, 30],
    ['five seconds behind', -5_000, 1_100],
  ])('[PRES-R22] the room of a call tells that it is %s, at the first word', (_name, skewMs, slackMs) => {
    const offset = clockOffsetMs([word(300.4, { skewMs, madeS: 0.4 })]);
    expect(Math.abs(offset - skewMs)).toBeLessThanOrEqual(slackMs);
  });

  it('[PRES-R22] cut seconds and late deliveries are no clock that is off', () => {
    const words = [0.9, 3.5, 20.99, 70, 90].map((s, n) =>
      word(s, { lateMs: n % 2 === 0 ? 26_000 : 900, madeS: 0.2 }),
    );
    expect(clockOffsetMs(words)).toBe(0);
    expect(clockOffsetMs([word(0, { lateMs: 26_000 })])).toBe(0);
    // Kept by somebody, and sent again a day later.
    expect(clockOffsetMs([word(0, { lateMs: 86_400_000 })])).toBe(0);
    expect(clockOffsetMs([])).toBe(0);
  });

  it('[PRES-R22] older than any delivery, of a call that goes on: behind, whatever else it says', () => {
    const said = { createdAt: NOW - 4 * MINUTE, joinedAt: null, roomMadeAt: null };
    const call = { createdAt: NOW - 5 * MINUTE, isOpen: true };
    const read = clockWord(said, { receivedAt: NOW, call });
    expect(read && clockOffsetMs([read])).toBe(-4 * MINUTE);
  });

  it('[PRES-R22] without any call: ahead at once, behind once a minute of words is late alike', () => {
    expect(clockOffsetMs([word(0, { skewMs: 2 * MINUTE })])).toBeGreaterThan(2 * MINUTE - 100);
    const words = [0, 10, 25, 50, 70].map((s) => word(s, { skewMs: -10_000 }));
    expect(clockOffsetMs(words.slice(0, 4))).toBe(0);
    expect(Math.abs(clockOffsetMs(words) + 10_000)).toBeLessThan(100);
    // Sent again in the order of a whole day, they are not alike.
    const again = [0, 10, 25, 50, 70].map((s, n) => word(s, { lateMs: 86_400_000 - n * 3_600_000 }));
    expect(clockOffsetMs(again)).toBe(0);
  });

  it('[PRES-R22] words of before the clock was set count for nothing once a call contradicts them', () => {
    const before = [0, 1, 2].map((s) => word(s, { skewMs: 2 * MINUTE, madeS: 0 }));
    expect(clockOffsetMs([...before, word(100, { madeS: 99 })])).toBe(0);
  });

  it('[PRES-R22] nor once two moments of words are apart from them by more than a delivery takes', () => {
    const right = [0, 1, 2].map((s) => word(s));
    const behind = [100, 106].map((s) => word(s, { skewMs: -4 * MINUTE, madeS: -300, isRoomTold: false }));
    // The first may be of a process of ours that had been stopped.
    expect(clockOffsetMs([...right, ...behind.slice(0, 1)])).toBe(0);
    expect(Math.abs(clockOffsetMs([...right, ...behind]) + 4 * MINUTE)).toBeLessThan(100);
    const ahead = [0, 1, 2].map((s) => word(s, { skewMs: 2 * MINUTE }));
    expect(clockOffsetMs([...ahead, word(100), word(106)])).toBe(0);
  });

  it('[PRES-R22] words of one moment are one, and none that names no instant', () => {
    const words = [word(0, { skewMs: 900 }), word(1, { lateMs: 3_000, madeS: 0 })] as const;
    expect(clockOffsetMs([joinClockWords(...words)])).toBe(clockOffsetMs([...words]));
    const nothing = { createdAt: null, joinedAt: null, roomMadeAt: NOW };
    expect(clockWord(nothing, { receivedAt: NOW, call: null })).toBeNull();
  });

  it('[PRES-R50] what time it says it is bounds its clock on both sides, and a clock that was set is so at the next answer', () => {
    const answer = (s: number, skewMs: number) =>
      timeWord({
        askedAt: NOW + s * 1000 - 10,
        answeredAt: NOW + s * 1000 + 10,
        saidAt: Math.floor((NOW + s * 1000 + skewMs) / 1000) * 1000,
      });
    const before = [0.1, 0.6, 1.3, 10.8].map((s) => answer(s, 0));
    expect(clockOffsetMs(before)).toBe(0);
    for (const skewMs of [-240_000, -20_000, -5_000, 5_000, 120_000]) {
      const after = answer(11.3, skewMs);
      expect(contradict(before[0] ?? after, after)).toBe(true);
      expect(Math.abs(clockOffsetMs([...before, after]) - skewMs)).toBeLessThanOrEqual(1_000);
    }
  });

  it('[PRES-R51] what a word names of before the clock was set back says nothing of the clock of now', () => {
    const said = { createdAt: NOW - 210_000, joinedAt: NOW + 5_000, roomMadeAt: NOW };
    const read = clockWord(said, { receivedAt: NOW + 30_000, call: { createdAt: NOW, isOpen: true } });
    expect(read && clockOffsetMs([word(1, { madeS: 0 }), read])).toBe(-240_000);
  });
});
