import type { Page } from 'playwright-core';
import { isAccessible } from './accessibility.ts';
import { isKept, picture } from './picture.ts';
import { until } from './until.ts';

const SIZES = {
  desk: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  landscape: { width: 844, height: 390 },
};

/** How somebody may look at a page. */
export interface View {
  readonly locale: 'en' | 'es';
  readonly theme: 'light' | 'dark';
  readonly size: keyof typeof SIZES;
}

/** Every view there is. */
const VIEWS: readonly View[] = (['en', 'es'] as const).flatMap((locale) =>
  (['light', 'dark'] as const).flatMap((theme) =>
    (['desk', 'phone', 'landscape'] as const).map((size) => ({ locale, theme, size })),
  ),
);
const FIRST: View = { locale: 'en', theme: 'light', size: 'desk' };
/** Those that are judged by WCAG: between them each language, theme and size, and the narrowest in the longer language. */
const JUDGED: readonly string[] = ['en light desk', 'es dark phone', 'es light landscape', 'en dark desk'];
const nameOf = ({ locale, theme, size }: View): string => `${locale} ${theme} ${size}`;

/** Looks at a page so, without loading it anew: choices made in another tab hold in every tab. */
async function lookAt(page: Page, { locale, theme, size }: View): Promise<void> {
  await page.setViewportSize(SIZES[size]);
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.evaluate(
    `for (const [key, newValue] of ${JSON.stringify([
      ['latido.locale', locale],
      ['latido.theme', theme],
    ])}) {
      localStorage.setItem(key, newValue);
      dispatchEvent(new StorageEvent('storage', { key, newValue }));
    }`,
  );
  // Asked again and again from here: the page's own rules let no text become a script within it.
  const shown = `document.documentElement.lang + ' ' + document.documentElement.dataset.theme`;
  await until('the page to be so', async () => (await page.evaluate(shown)) === `${locale} ${theme}`);
}

/**
 * A page as it stands, looked at: nothing is wider than the window, and nobody is shut out. The tests judge four views;
 * `npm run pictures` takes all twelve, and leaves judging to the tests.
 */
export async function everyView(page: Page, name: string): Promise<void> {
  // On a full machine the part that a page's address names may still be on its way.
  await page.locator('h1').first().waitFor({ state: 'attached' });
  const views = isKept ? VIEWS : VIEWS.filter((view) => JUDGED.includes(nameOf(view)));
  for (const view of views) {
    await lookAt(page, view);
    const fullPage = (await page.locator('.lt-stage').count()) === 0;
    await picture(page, `${name} ${nameOf(view)}`.replaceAll(' ', '.'), { fullPage });
    if (!isKept) await isAccessible(page, `${name}, ${nameOf(view)}`);
  }
  await lookAt(page, FIRST);
}
