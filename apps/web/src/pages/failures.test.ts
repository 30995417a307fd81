import { describe, expect, it } from 'vitest';

const PAGES: Record<string, string> = import.meta.glob('./**/*.tsx', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** Asks what is known before it asks for the error, by another name. */
const KNOWN_FIRST = './meet/meeting.tsx';

/** What a page shows a failure of, where it asks that by its error alone. */
const asksErrorAlone = (source: string): string[] =>
  [...source.matchAll(/<Failure\s+error=\{(\w+)\.error/g)]
    .map(([, name]) => name ?? '')
    .filter((name) => new RegExp(`\\b${name}\\.isError\\b(?! && !${name}\\.data)`).test(source));

describe('a page that asks the server again and again', () => {
  it('[LEDGER-61] stays as it is, with what was typed into it, when one answer of many fails', () => {
    const found = Object.entries(PAGES).flatMap(([path, source]) =>
      (path === KNOWN_FIRST ? [] : asksErrorAlone(source)).map((name) => `${path}: ${name}`),
    );
    expect(Object.keys(PAGES).length).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });
});
