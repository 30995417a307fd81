import { describe, expect, it } from 'vitest';
import { partsOf } from './links.ts';

describe('addresses in a message', () => {
  it.each([
    ['one in a sentence', 'See https://example.org/a, please.', ['https://example.org/a']],
    ['in brackets', '(https://example.org/a)', ['https://example.org/a']],
    ['with brackets of its own', 'https://example.org/a_(b)', ['https://example.org/a_(b)']],
    [
      'two',
      'http://a.example http://b.example/?q=1&r=2#x',
      ['http://a.example', 'http://b.example/?q=1&r=2#x'],
    ],
    ['none without a scheme', 'example.org', []],
    ['no script', 'javascript:alert(1) data:text/html,x JaVaScRiPt://x%0aalert(1)', []],
    ['nothing that hides its host', 'https://bank.example@evil.example/', []],
    [
      'not what turns the direction of writing',
      'https://example.org/\u202Egpj.exe',
      ['https://example.org/'],
    ],
    ['no markup', '<a href="https://example.org/"><b>', ['https://example.org/']],
  ])('[REACT-CHAT] %s', (_title, text, found) => {
    const parts = partsOf(text);
    expect(parts.map((part) => part.text).join('')).toBe(text);
    expect(parts.filter(({ href }) => href !== undefined).map((part) => part.text)).toEqual(found);
    for (const { href } of parts) if (href) expect(['http:', 'https:']).toContain(new URL(href).protocol);
  });
});
