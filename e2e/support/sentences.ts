import type { Page } from 'playwright-core';
import { toldBy } from './told.ts';
import { until } from './until.ts';

/** What a call's pages say when Alice goes, in English and in Spanish. Of two pages one is hers, one is Bob's. */
const SENTENCES = {
  hungUp: ['Alice hung up', 'Alice colgó'],
  left: ['Alice left the call', 'Alice salió de la llamada'],
  lost: ['Alice lost the connection', 'Alice perdió la conexión'],
  closedPage: ['Alice closed the page', 'Alice cerró la página'],
  reconnecting: ['Alice is reconnecting', 'Alice se está reconectando'],
  frozen: ['No picture or sound arrives from Alice.', 'No llega imagen ni sonido de Alice.'],
  iEnded: ['You ended the call', 'Terminaste la llamada'],
  iLost: ['Your connection was lost', 'Se perdió tu conexión'],
  iReconnect: ['You are reconnecting', 'Te estás reconectando'],
  iFreeze: ['Your picture and sound do not reach Bob.', 'Tu imagen y tu sonido no llegan a Bob.'],
  mediaAway: ['The media server is restarting', 'El servidor de video se está reiniciando'],
  serverAway: ['The server has not answered since', 'El servidor no responde desde'],
  listLost: ['connection lost', 'conexión perdida'],
  listLeft: ['someone left', 'alguien salió'],
} as const;

/** One of them, by its name. */
export type Sentence = keyof typeof SENTENCES;

const LANGUAGES = ['en', 'es'] as const;

const switched = (locale: string): string =>
  `dispatchEvent(new StorageEvent('storage', { key: 'latido.locale', newValue: '${locale}' }))`;

/** As if the language had been changed in another tab of this browser: a call has no switches of its own. */
async function speak(page: Page, locale: string): Promise<void> {
  await page.evaluate(switched(locale));
  await page.locator(`html[lang="${locale}"]`).waitFor();
}

/** Has a page load both languages: without a network or a server it can then still change between them. */
export async function learn(page: Page): Promise<void> {
  const own = await page.evaluate<string>('document.documentElement.lang');
  for (const locale of [...LANGUAGES.filter((each) => each !== own), own]) await speak(page, locale);
}

/** Waits until this element of a page says it in the page's own language, and sees that it says the same in the other one. */
export async function says(page: Page, testId: string, sentence: Sentence): Promise<void> {
  const own = await page.evaluate<string>('document.documentElement.lang');
  const [first, second] = own === 'es' ? (['es', 'en'] as const) : LANGUAGES;
  const reads = (locale: 'en' | 'es') =>
    page
      .getByTestId(testId)
      .filter({ hasText: SENTENCES[sentence][LANGUAGES.indexOf(locale)] ?? '' })
      .first()
      .waitFor();
  await reads(first);
  await speak(page, second);
  await reads(second);
  await speak(page, first);
}

function nameOf(title: string): string {
  const found = Object.entries(SENTENCES).find(([, both]) => both.some((each) => each === title));
  return found?.[0] ?? title;
}

/** Everything that a page has said of somebody since it was listened to, each once and in order, in whatever language. */
export async function heard(page: Page): Promise<string[]> {
  const said = (await toldBy(page)).filter(({ what }) => !what.startsWith('screen:'));
  return [...new Set(said.map(({ what, title }) => (title === '' ? what : nameOf(title))))];
}

/** Waits until a page has said this, by the clock of the machine. */
export async function saidAt(page: Page, sentence: string): Promise<number> {
  const said = await until(`“${sentence}” on the page`, async () =>
    (await toldBy(page)).find(({ what, title }) => (title === '' ? what : nameOf(title)) === sentence),
  );
  return said.at;
}
