import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { callIs, join } from './support/call.ts';
import { isKept, picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

const PHONE_OF_BOB = {
  viewport: { width: 390, height: 844 },
  locale: 'es-ES',
  colorScheme: 'dark',
} as const;

/** A page as it stands: looked at, and judged by WCAG. */
async function seen(page: Page, name: string): Promise<void> {
  await picture(page, name);
  await isAccessible(page, name);
}

/** Pictures that are kept show a call as it is after a while: with something on the meter and on the receipt. */
async function minuteIsCharged(page: Page): Promise<void> {
  const patience = { timeout: 110_000 };
  await page.getByTestId('meter-spent').filter({ hasText: '10' }).waitFor(patience);
  await page.getByTestId('meter-elapsed').filter({ hasText: '01:1' }).waitFor(patience);
}

describe('What people see', () => {
  let stage: Stage;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('a call from prejoin to receipt, in English and Spanish, on a desk and on a phone', async () => {
    const { url } = stage.latido;
    const alice = await browsers.pageOf({ sitter: 'alice' });
    const bob = await browsers.pageOf({ ...PHONE_OF_BOB, sitter: 'bob' });
    await alice.goto(`${url}/sign-in`);
    await alice.getByTestId('sign-in-submit').waitFor();
    await seen(alice, 'sign-in');
    await Promise.all([signInByForm(alice, url, 'alice'), signInByForm(bob, url, 'bob')]);

    await alice.goto(`${url}/video`);
    await alice.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await seen(alice, 'video-prejoin');
    await bob.goto(`${url}/video`);
    await bob.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await seen(bob, 'video-waiting-phone-es');

    await alice.getByTestId('invite-email').fill('bob@demo.test');
    await alice.getByTestId('start-call').click();
    await bob.getByTestId('invitation').first().waitFor();
    await seen(bob, 'video-invitation-phone-es');
    await bob.getByTestId('join-call').first().click();
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    await alice.locator('[data-testid="partner-state"][data-state="live"]').waitFor();
    if (isKept) await minuteIsCharged(alice);
    await seen(alice, 'call-live');
    await seen(bob, 'call-live-phone-es');

    const admin = await browsers.pageOf({ colorScheme: 'dark' });
    await signInByForm(admin, url, 'admin');
    await admin.goto(`${url}/admin`);
    await admin.getByTestId('live-call-row').first().waitFor();
    await seen(admin, 'admin-live-dark');
    await admin.getByTestId('watch-call').first().click();
    await admin.getByTestId('watched-fact').first().waitFor();
    await seen(admin, 'admin-watch-dark');

    await alice.getByTestId('hang-up').click();
    await bob.getByTestId('partner-gone').waitFor();
    await seen(bob, 'partner-gone-phone-es');
    await alice.getByTestId('summary').waitFor();
    await alice.getByTestId('counting').waitFor({ state: 'detached' });
    await seen(alice, 'summary');

    await alice.goto(`${url}/calls`);
    await alice.getByTestId('call-row').first().waitFor();
    await seen(alice, 'calls');
    await alice.getByTestId('open-call').first().click();
    await alice.getByTestId('attendance-row').first().waitFor();
    await seen(alice, 'attendance');
    // On paper it is light, whatever the page was.
    await alice.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await alice.getByRole('heading', { level: 1 }).isVisible()).toBe(true);
    expect(await alice.locator('button:visible, nav:visible').count()).toBe(0);
    await picture(alice, 'receipt-printed', { fullPage: true });
    await alice.emulateMedia({ media: null, colorScheme: 'light' });
    await alice.getByTestId('attendance-bar').first().click();
    await alice.getByTestId('facts').waitFor();
    await seen(alice, 'attendance-facts');
  });

  test('a partner who loses the connection: the countdown, the resting meter', async () => {
    const { url } = stage.latido;
    const room = 'screens-lost';
    const alice = await browsers.pageOf({ locale: 'es-ES', sitter: 'alice' });
    const bob = await browsers.browserOf({ sitter: 'bob' });
    await Promise.all([signInByForm(alice, url, 'alice'), signInByForm(bob.page, url, 'bob')]);
    await join(alice, url, room);
    await join(bob.page, url, room);
    await framesPlay(alice, 'remote-video', 30);
    await callIs(stage.alice, room, 'live');
    await seen(alice, 'call-live-es');
    bob.kill();
    await alice.getByTestId('partner-reconnecting').waitFor();
    await seen(alice, 'call-reconnecting-es');
    await alice.getByTestId('end-now').click();
    await alice.getByTestId('summary').waitFor();
    expect(await callIs(stage.alice, room, 'ended')).toMatchObject({ coins: 0 });
  });
});
