import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { canLookAtFilms, filmsGrow } from './support/film.ts';
import { focused, isDialog, pressOn, tabTo } from './support/keyboard.ts';
import { signIn, type Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' }));

/** Nothing in it is clicked: a mentor and a mentee who have no mouse. */
describe('A session with the keyboard alone', () => {
  let stage: Stage;
  let folder: string;
  let films = 0;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    folder = await mkdtemp(join(tmpdir(), 'latido-films-'));
    stage = await setStage(embedded!, { LATIDO_RECORDINGS_DIR: folder });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test.for(['en-US', 'es-ES'])(
    'hours, offer, booking, two let in, a recording, and all of it after, in %s',
    async (locale) => {
      const { url } = stage.latido;
      const [dora, eve] = [await browsers.pageOf({ locale }), await browsers.pageOf({ locale })];
      await signInByForm(dora, url, 'dora');
      await signInByForm(eve, url, 'eve');
      await offer(dora, url, locale);
      await book(eve, `${url}/mentors/${(await signIn(url, 'dora')).personId}`);

      await dora.goto(`${url}/dashboard/sessions`);
      await dora.getByTestId('session-row').waitFor();
      await tabTo(dora, 'session-row');
      await dora.keyboard.press('Enter');
      for (const opener of ['move-session', 'cancel-session']) {
        await pressOn(dora, opener);
        await isDialog(dora, opener);
      }
      // A second mentee, who asks from elsewhere.
      const other = await bookToo(stage.alice, dora.url());
      await dora.getByTestId('start-session').focus();
      await dora.keyboard.press('Enter');
      await dora.getByTestId('enter-session').waitFor();
      await comeIn(dora, eve, other);
      const isRecorded = await canLookAtFilms();
      if (isRecorded) {
        await record(dora, eve);
        await filmsGrow(folder, (films += 1));
      }

      await pressOn(dora, 'open-door');
      await dora.getByTestId('people-panel').waitFor();
      await dora.keyboard.press('Escape');
      await dora.getByTestId('people-panel').waitFor({ state: 'detached' });
      await dora.keyboard.press('Enter');
      await pressOn(dora, 'end-session');
      for (const page of [dora, eve]) await page.getByTestId('coming').waitFor();
      await dora.getByTestId('absent-row').getByText('Alice').waitFor();
      if (isRecorded) {
        await dora.getByTestId('recordings').locator('video').waitFor();
        await dora.getByTestId('film-seek').waitFor();
        await tabTo(dora, 'film-seek');
      }
      await pressOn(dora, 'attendance-bar');
      await dora.getByTestId('facts').waitFor();
      await isDialog(dora, 'attendance-bar');
    },
  );
});

/** The mentor's side: hours from the form (which the server then has for day and night), and an offer. */
async function offer(dora: Page, url: string, locale: string): Promise<void> {
  await dora.goto(`${url}/dashboard/hours`);
  await dora.getByTestId('hours-from').first().waitFor();
  await tabTo(dora, 'hours-from');
  await dora.keyboard.type(locale === 'en-US' ? '1000AM' : '1000');
  await pressOn(dora, 'save-hours');
  await dora.getByTestId('toast').waitFor();
  await tabTo(dora, 'offer-title');
  await dora.keyboard.type('Portfolio review');
  await dora.keyboard.press('Tab');
  await dora.keyboard.type('15');
  await tabTo(dora, 'offer-seats');
  await dora.keyboard.type('2');
  await pressOn(dora, 'make-offer');
  await dora.getByTestId('offer-row').first().waitFor();
  const data = { timeZone: 'UTC', weekly: EVERY_DAY };
  const set = await dora.request.put(`${url}/api/v1/availability`, { data, headers: { origin: url } });
  expect(set.status()).toBe(200);
}

/** The mentee's side: a day is one stop, and arrows lead through it. */
async function book(eve: Page, at: string): Promise<void> {
  await eve.goto(at);
  const slots = eve.getByTestId('slot');
  await slots.first().waitFor();
  const words = async (): Promise<string> => (await focused(eve)).words;
  await tabTo(eve, 'slot-day');
  await eve.keyboard.press('ArrowRight');
  await expect.poll(() => slots.count()).toBe(96);
  const stops = await slots.evaluateAll((all) => all.filter(({ tabIndex }) => tabIndex === 0).length);
  expect(stops).toBe(1);
  await eve.keyboard.press('Tab');
  const times = await slots.allTextContents();
  expect(await words()).toBe(times[0]);
  await eve.keyboard.press('End');
  expect(await words()).toBe(times.at(-1));
  await eve.keyboard.press('ArrowLeft');
  expect(await words()).toBe(times.at(-2));
  await eve.keyboard.press('Home');
  await eve.keyboard.press('ArrowRight');
  expect(await words()).toBe(times[1]);
  await eve.keyboard.press('ArrowDown');
  const below = await words();
  expect(times.indexOf(below)).toBeGreaterThan(2);
  await eve.keyboard.press('Enter');
  await eve.locator('[data-testid="slot"][aria-pressed="true"]').waitFor();
  // Chosen, it is drawn anew, and the focus is where it was; the next stop is what follows the times.
  expect(await words()).toBe(below);
  await picture(eve, 'session-book-keyboard', { fullPage: true });
  await eve.keyboard.press('Tab');
  expect((await focused(eve)).id).toBe('topic');
  await eve.keyboard.press('Shift+Tab');
  expect(await words()).toBe(below);
  // Back to today, whose first time is soon enough to begin with.
  await eve.keyboard.press('Shift+Tab');
  await eve.keyboard.press('ArrowLeft');
  await eve.keyboard.press('Tab');
  await eve.keyboard.press('Space');
  await tabTo(eve, 'topic');
  await eve.keyboard.type('Mi portafolio');
  await pressOn(eve, 'book');
  await eve.getByTestId('door').waitFor();
}

/** Asks, is denied with a sentence, asks again and is let in; nothing of it takes the focus away. */
async function comeIn(dora: Page, eve: Page, other: () => Promise<unknown>): Promise<void> {
  const stands = (state: string) =>
    eve.locator(`[data-testid="door-state"][data-state="${state}"]`).waitFor();
  await pressOn(eve, 'ask-in');
  await stands('waiting');
  await expect.poll(async () => (await focused(eve)).id).toBe('door-state');
  await dora.getByTestId('lobby-entry').waitFor();
  await pressOn(dora, 'deny');
  await expect.poll(async () => (await focused(dora)).id).toBe('deny-sentence');
  await dora.keyboard.type('One moment.');
  await dora.keyboard.press('Enter');
  await stands('denied');
  await eve.getByTestId('door-said').getByText('One moment.').waitFor();
  await pressOn(eve, 'ask-in');
  await stands('waiting');
  await dora.locator('[data-testid="lobby-entry"][data-state="waiting"]').waitFor();
  await pressOn(dora, 'lobby-text');
  await dora.keyboard.type('You are next.');
  await dora.keyboard.press('Enter');
  await eve.getByTestId('door-said').getByText('You are next.').waitFor();
  await dora.getByTestId('lobby-written').waitFor();
  // The key A, while the focus is in the list and in no field.
  await dora.keyboard.press('Shift+Tab');
  await dora.keyboard.press('a');
  await dora.locator('[data-testid="lobby-entry"][data-state="admitted"]').waitFor();
  await stands('admitted');
  await other();
  await dora.locator('[data-testid="lobby-entry"][data-state="waiting"]').waitFor();
  await dora.keyboard.press('a');
  await expect.poll(() => dora.locator('[data-testid="lobby-entry"][data-state="admitted"]').count()).toBe(2);
  await pressOn(eve, 'enter-session');
  await dora.getByTestId('enter-session').focus();
  await dora.keyboard.press('Enter');
  await Promise.all([framesPlay(dora, 'remote-video', 5), framesPlay(eve, 'remote-video', 5)]);
}

/** Books the same time, and gives what asks to come in. */
async function bookToo(alice: Caller, sessionUrl: string): Promise<() => Promise<unknown>> {
  const at = `/api/v1/bookings/${sessionUrl.split('/').at(-1)}`;
  const mine = await signIn(new URL(sessionUrl).origin, 'dora');
  const { offeringId, startsAt } = await mine.get<{ offeringId: string; startsAt: string }>(at);
  const { status } = await alice.post('/api/v1/bookings', { offeringId, startsAt });
  expect(status).toBe(201);
  return () => alice.post(`${at}/lobby`);
}

/** Asks to record, which the other agrees to; both read that it goes on. */
async function record(dora: Page, eve: Page): Promise<void> {
  await pressOn(dora, 'record');
  await pressOn(eve, 'recording-yes');
  for (const page of [dora, eve]) await page.locator('.lt-rec-sign[data-recorded="true"]').waitFor();
}
