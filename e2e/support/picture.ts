import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const NOTHING_SPILLS = 'document.documentElement.scrollWidth <= window.innerWidth';

/** Whether every picture is wanted (`npm run pictures`), and a call on them should have lasted a minute. */
export const isKept = process.env['LATIDO_SCREENSHOTS'] !== undefined;

/** Where they go. */
const FOLDER = join(ROOT, process.env['LATIDO_SCREENSHOTS'] ?? 'test-results/screens');

/** Takes a picture, and sees that nothing is wider than the window. */
export async function picture(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage });
  expect([name, await page.evaluate(NOTHING_SPILLS)]).toEqual([name, true]);
}
