import { describe, expect, it } from 'vitest';
import { cleanText } from './clean-text.ts';

describe('texts', () => {
  it.each([
    ['plain', 'plain'],
    ['two\r\nlines\rand\tmore', 'two\nlines\nand\tmore'],
    ['a\u0000b\u001Bc\u0085d', 'abcd'],
    ['half \uD83D', 'half \uFFFD'],
    ['<b>x</b> javascript:alert(1)', '<b>x</b> javascript:alert(1)'],
    ['ñandú 👩‍🏫', 'ñandú 👩‍🏫'],
  ])('[CHAT-1] %j is kept as %j', (text, kept) => {
    expect(cleanText(text)).toBe(kept);
  });
});
