import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { referencePages } from './pages.ts';

test.each(referencePages())(
  '$path says what the product does: else run node tools/docs/generate.ts',
  (page) => {
    const written = readFileSync(fileURLToPath(new URL(`../../${page.path}`, import.meta.url)), 'utf8');
    expect(written).toBe(page.text);
  },
);
