import { describe, expect, it } from 'vitest';
import { CHANGE_WITHIN_MS, isEmoji, whyUnchanged } from './change.ts';

describe('what becomes of a message', () => {
  const mine = { personId: 'person_a', at: 1_000, isDeleted: false };
  it.each([
    ['its author at once', mine, 'person_a', 1_000, null],
    ['its author after five minutes', mine, 'person_a', 1_000 + CHANGE_WITHIN_MS, null],
    ['its author later', mine, 'person_a', 1_001 + CHANGE_WITHIN_MS, 'late'],
    ['somebody else', mine, 'person_b', 1_000, 'not_yours'],
    ['what was taken back', { ...mine, isDeleted: true }, 'person_a', 1_000, 'deleted'],
  ] as const)('[CHAT-8] %s', (_title, message, by, now, why) => {
    expect(whyUnchanged(message, { by, now })).toBe(why);
  });

  it.each([
    ['👍', true],
    ['👍🏽', true],
    ['👩‍🏫', true],
    ['🇲🇽', true],
    ['❤️', true],
    ['1️⃣', true],
    ['', false],
    ['a', false],
    ['1', false],
    ['👍👍', false],
    ['👍a', false],
    ['<b>', false],
    [`👍${'\u200D👍'.repeat(20)}`, false],
  ])('[CHAT-9] %j is one emoji: %s', (text, is) => {
    expect(isEmoji(text)).toBe(is);
  });
});
