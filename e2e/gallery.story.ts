import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { openBrowser } from './support/browser.ts';
import { picture } from './support/picture.ts';
import { servePage, type ServedPage } from './support/vite.ts';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const SECTIONS = [
  'Tokens',
  'Controls',
  'Empty, loading, error',
  'Trace and countdown',
  'Incoming call',
  'Call',
  'Ends',
  'Receipts',
  'Attendance',
  'Live calls and webhook health',
];

/** The gallery is a page of development, so it is looked at there: Vite serves the sources. */
describe('The gallery of parts', () => {
  let served: ServedPage;

  beforeAll(async () => {
    served = await servePage('apps/web', { path: '/ui' });
  });
  afterAll(() => served?.close());

  test.each([
    ['light', 'en', 'desk', DESK],
    ['dark', 'es', 'desk', DESK],
    ['dark', 'en', 'phone', PHONE],
    ['light', 'es', 'phone', PHONE],
  ] as const)('every part in every state: %s, %s, %s', async (theme, lang, size, viewport) => {
    const { page, close } = await openBrowser({ viewport, colorScheme: theme });
    try {
      await page.goto(`${served.url}/ui?theme=${theme}&lang=${lang}`, { waitUntil: 'networkidle' });
      const sections = page.locator('main section:has(> h2)');
      await sections.last().waitFor();
      const titles = await sections.locator('> h2:first-child').allTextContents();
      expect(titles).toEqual(SECTIONS);
      for (const section of await sections.all())
        expect((await section.boundingBox())?.height ?? 0).toBeGreaterThan(60);
      await picture(page, `gallery-${theme}-${lang}-${size}`, { fullPage: true });
      await isAccessible(page, `gallery ${theme} ${lang} ${size}`);
    } finally {
      await close();
    }
  });
});
