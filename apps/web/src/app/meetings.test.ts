import { expect, test } from 'vitest';
import { byDay, indexQuery, startOfDay, type Meeting } from './meetings.ts';

const meeting = (startedAt: Date): Meeting => ({
  id: startedAt.toISOString(),
  roomName: 'standup',
  callId: null,
  startedAt: startedAt.toISOString(),
  endedAt: null,
  durationMs: 0,
  count: 0,
  people: [],
});

test('[WEB-MEETINGS-1] a day ends where the next one begins, by the reader’s own clock', () => {
  expect(startOfDay('2026-11-27')).toBe(new Date(2026, 10, 27).toISOString());
  expect(startOfDay('2026-11-30', 1)).toBe(new Date(2026, 11, 1).toISOString());
  expect(startOfDay('')).toBeUndefined();
  const query = new URLSearchParams(
    indexQuery({ room: ' a b ', from: '', to: '2026-11-27' }, 'room', { limit: '5' }),
  );
  expect(Object.fromEntries(query)).toEqual({
    room: 'a b',
    to: new Date(2026, 10, 28).toISOString(),
    limit: '5',
  });
  expect(indexQuery({ room: '', from: '', to: '' }, 'q')).toBe('');
});

test('[WEB-MEETINGS-2] meetings stand under the day on which they began', () => {
  const days = byDay([
    meeting(new Date(2026, 10, 27, 9)),
    meeting(new Date(2026, 10, 27, 0, 1)),
    meeting(new Date(2026, 10, 26, 23, 59)),
  ]);
  expect(days.map(([, of]) => of.length)).toEqual([2, 1]);
});
