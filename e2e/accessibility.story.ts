import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, signInByForm, openBrowsers } from './support/browser.ts';
import { callIs, join } from './support/call.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

const PHONE = { width: 390, height: 844 };
const VIEWS = [
  { name: 'light-en-phone', options: { viewport: PHONE, locale: 'en-US', colorScheme: 'light' } },
  { name: 'dark-es-desk', options: { locale: 'es-ES', colorScheme: 'dark' } },
] as const;

/** Each page by WCAG 2.2 A and AA, in the views that the pictures of `screens` do not show. */
describe.each(VIEWS)('Every page can be used by everybody: $name', ({ name, options }) => {
  let stage: Stage;
  const browsers = openBrowsers();
  const pageOf = async (person?: string): Promise<Page> => {
    const page = await browsers.pageOf(options);
    if (person !== undefined) await signInByForm(page, stage.latido.url, person);
    return page;
  };
  const judged = async (page: Page, what: string): Promise<void> => {
    await picture(page, `${what}-${name}`);
    await isAccessible(page, `${what} ${name}`);
  };
  const visit = async (page: Page, path: string, testId: string): Promise<void> => {
    await page.goto(stage.latido.url + path);
    await page.getByTestId(testId).first().waitFor();
    await judged(page, path === '/' ? 'home' : path.slice(1).replaceAll('/', '-'));
  };

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('before signing in, with what is wrong said at the fields', async () => {
    const page = await pageOf();
    await visit(page, '/', 'switch-theme');
    for (const form of ['sign-in', 'register']) {
      await visit(page, `/${form}`, `${form}-submit`);
      await page.getByTestId(`${form}-submit`).click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      await judged(page, `${form}-wrong`);
    }
    await visit(page, '/no-such-page', 'empty');
  });

  test('a call from getting ready to its receipt, on both sides', async () => {
    const { url } = stage.latido;
    const room = `accessible-${name}`;
    const [alice, bob] = await Promise.all([pageOf('alice'), pageOf('bob')]);
    await visit(alice, '/', 'header-balance');
    await visit(alice, '/calls', 'empty');
    for (const [who, page] of [
      ['pays', alice],
      ['earns', bob],
    ] as const) {
      await page.goto(`${url}/video`);
      await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
      await judged(page, `prejoin-${who}`);
    }
    await alice.getByTestId('make-link').click();
    await alice.getByTestId('invite-email').fill('nobody@demo.test');
    await alice.getByTestId('start-call').click();
    await alice.getByTestId('start-failure').waitFor();
    await judged(alice, 'prejoin-refused');

    await join(alice, url, room);
    await alice.getByTestId('waiting-partner').waitFor();
    await judged(alice, 'call-waiting');
    await join(bob, url, room);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    const { callId } = await callIs(stage.alice, room, 'live');
    await judged(alice, 'call-live');
    await alice.getByTestId('devices').click();
    await judged(alice, 'call-devices');
    await alice.keyboard.press('Escape');
    await bob.getByTestId('hang-up').click();
    await alice.getByTestId('partner-gone').waitFor();
    await judged(alice, 'call-over-pays');
    await bob.getByTestId('summary').waitFor();
    await judged(bob, 'call-over-earns');

    await visit(alice, '/calls', 'call-row');
    await alice.goto(`${url}/calls/${callId}`);
    await alice.getByTestId('attendance-row').first().waitFor();
    await judged(alice, 'attendance');
    await alice.getByTestId('attendance-bar').first().click();
    await alice.getByTestId('facts').waitFor();
    await judged(alice, 'attendance-facts');
  });

  test('the test room, and what the team sees', async () => {
    const page = await pageOf('admin');
    await visit(page, '/admin', 'webhook-health');
    await visit(page, '/dashboard/video-test', 'room-name');
    await page.getByTestId('room-name').fill(`lab-${name}`);
    await page.getByTestId('join-room').click();
    await page.getByTestId('local-video').first().waitFor();
    await judged(page, 'test-room');
    await page.getByTestId('hang-up').click();
    await page.getByTestId('test-left').waitFor();
    await judged(page, 'test-room-left');
  });
});
