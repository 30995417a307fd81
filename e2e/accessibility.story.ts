import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { callIs, join } from './support/call.ts';
import { picture } from './support/picture.ts';
import { forgetSaid, isQuiet } from './support/said.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { everyView } from './support/views.ts';

/** Each page and state in each language, theme and size: nothing spills, nobody is shut out, the console stays empty. */
describe('Every page can be used by everybody', () => {
  let stage: Stage;
  const browsers = openBrowsers();
  const pageOf = async (person?: string): Promise<Page> => {
    const page = await browsers.pageOf(person === 'alice' || person === 'bob' ? { sitter: person } : {});
    if (person !== undefined) await signInByForm(page, stage.latido.url, person);
    return page;
  };
  const visit = async (page: Page, path: string, testId: string): Promise<void> => {
    await page.goto(stage.latido.url + path);
    await page.getByTestId(testId).first().waitFor();
    await everyView(page, path === '/' ? 'home' : path.slice(1).replaceAll('/', '-'));
    isQuiet(page, path);
  };
  const focused = (page: Page) => page.evaluate(`document.activeElement?.dataset.testid ?? ''`);

  beforeAll(async () => {
    const [embedded] = stores();
    // Long enough for every view of a call that waits for somebody, or rings.
    stage = await setStage(embedded!, { LATIDO_GRACE_MS: '150000', LATIDO_RING_MS: '150000' });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('before signing in, with what is wrong said at the fields', async () => {
    const page = await pageOf();
    await visit(page, '/', 'switch-theme');
    for (const [form, first] of [
      ['sign-in', 'sign-in-email'],
      ['register', 'register-name'],
    ] as const) {
      await visit(page, `/${form}`, `${form}-submit`);
      await page.getByTestId(`${form}-submit`).click();
      await page.locator('[aria-invalid="true"]').first().waitFor();
      expect(await focused(page)).toBe(first);
      await everyView(page, `${form}-wrong`);
    }
    await page.getByTestId('register-name').fill('Nora');
    await page.getByTestId('register-submit').click();
    expect(await focused(page)).toBe('register-email');
    await visit(page, '/no-such-page', 'empty');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${stage.latido.url}/docs`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      // The viewer brings it.
      await page.getByRole('main').waitFor();
      await picture(page, `docs.en.${colorScheme}.desk`);
      await isAccessible(page, `docs, ${colorScheme}`);
      isQuiet(page, '/docs');
    }
  });

  test('a call from getting ready to its receipt, on both sides', async () => {
    const { url } = stage.latido;
    const room = 'accessible';
    const [alice, bob] = await Promise.all([pageOf('alice'), pageOf('bob')]);
    await visit(alice, '/', 'header-balance');
    await alice.getByTestId('account-menu').click();
    await alice.getByTestId('sign-out').waitFor();
    await everyView(alice, 'account-menu');
    await alice.keyboard.press('Escape');
    await visit(alice, '/calls', 'empty');
    await visit(alice, '/wallet', 'wallet-balance');
    for (const [who, page] of [
      ['pays', alice],
      ['earns', bob],
    ] as const) {
      await page.goto(`${url}/video`);
      await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
      await everyView(page, `prejoin-${who}`);
      isQuiet(page, `prejoin-${who}`);
    }
    await alice.getByTestId('make-link').click();
    await alice.getByTestId('start-call').click();
    expect(await focused(alice)).toBe('invite-email');
    await alice.getByTestId('invite-email').fill('nobody@demo.test');
    await alice.getByTestId('start-call').click();
    await alice.getByTestId('start-failure').waitFor();
    await everyView(alice, 'prejoin-refused');
    forgetSaid(alice);
    await alice.getByTestId('invite-email').fill('bob@demo.test');
    await alice.getByTestId('start-call').click();
    await alice.getByTestId('ringing').waitFor();
    await everyView(alice, 'call-ringing');
    await alice.getByTestId('hang-up').click();
    await alice.getByTestId('summary').waitFor();
    await everyView(alice, 'call-cancelled');

    await join(alice, url, room);
    await alice.getByTestId('waiting-partner').waitFor();
    await everyView(alice, 'call-waiting');
    await join(bob, url, room);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    const { callId } = await callIs(stage.alice, room, 'live');
    await everyView(alice, 'call-live');
    await everyView(bob, 'call-live-earns');
    await alice.getByTestId('devices').click();
    await everyView(alice, 'call-devices');
    await alice.keyboard.press('Escape');
    await bob.getByTestId('hang-up').click();
    await alice.getByTestId('partner-gone').waitFor();
    await everyView(alice, 'call-over-pays');
    await bob.getByTestId('summary').waitFor();
    await everyView(bob, 'call-over-earns');
    isQuiet(alice, 'a call of who pays');
    isQuiet(bob, 'a call of who earns');

    await visit(alice, '/calls', 'call-row');
    await sortsAloud(alice);
    await alice.goto(`${url}/calls/${callId}`);
    await alice.getByTestId('attendance-row').first().waitFor();
    await everyView(alice, 'attendance');
    await alice.getByTestId('attendance-bar').first().click();
    await alice.getByTestId('facts').waitFor();
    await everyView(alice, 'attendance-facts');
    isQuiet(alice, 'attendance');
  });

  /** What a table is sorted by is shown by an arrow, told by `aria-sort`, and said when it changes. */
  async function sortsAloud(page: Page): Promise<void> {
    expect(await page.locator('th[aria-sort="descending"]').textContent()).toBe('When');
    await page.getByRole('button', { name: 'With' }).click();
    expect(await page.locator('th[aria-sort="ascending"]').textContent()).toBe('With');
    expect(await page.getByRole('status').allTextContents()).toContain('Sorted by With, lowest first');
  }

  test('a call that does not go as it should', async () => {
    const { url } = stage.latido;
    const alice = await pageOf('alice');
    await alice.locator('nav a[href="/video"]').click();
    await alice.getByTestId('make-link').click();
    await alice.getByTestId('open-room').click();
    await alice.getByTestId('waiting-partner').waitFor();
    await alice.goBack();
    await alice.getByTestId('leave-call').waitFor();
    await everyView(alice, 'call-leaving');
    await alice.getByTestId('leave-call').click();

    const bob = await browsers.browserOf({ sitter: 'bob' });
    await signInByForm(bob.page, url, 'bob');
    await join(alice, url, 'accessible-lost');
    await join(bob.page, url, 'accessible-lost');
    await framesPlay(alice, 'remote-video');
    await callIs(stage.alice, 'accessible-lost', 'live');
    bob.kill();
    await alice.getByTestId('partner-reconnecting').waitFor();
    await everyView(alice, 'call-reconnecting');
    await alice.getByTestId('end-now').click();
    await alice.getByTestId('summary').waitFor();

    await join(alice, url, 'accessible-twice');
    await alice.getByTestId('waiting-partner').waitFor();
    const other = await alice.context().newPage();
    await join(other, url, 'accessible-twice');
    await alice.getByTestId('duplicate').waitFor();
    await everyView(alice, 'call-duplicate');
    await other.close();
    await alice.goto(`${url}/calls/call_00000000000000000000000000`);
    await alice.getByTestId('failure').waitFor();
    await everyView(alice, 'call-not-found');
  });

  test('a server that is away: pages and the call say so, and go on', async () => {
    const { url } = stage.latido;
    const alice = await pageOf('alice');
    // In Spanish once, so that its texts are there when the server is not.
    // The heading of the page before is gone by then.
    await alice.getByTestId('home-pay').waitFor();
    await everyView(alice, 'home-pays');
    await join(alice, url, 'accessible-away');
    await alice.getByTestId('waiting-partner').waitFor();
    const other = await alice.context().newPage();
    await other.goto(`${url}/calls`);
    await other.getByTestId('call-row').first().waitFor();
    await everyView(other, 'calls-here');
    await stage.latido.kill();
    for (const [page, name] of [
      [other, 'calls-server-away'],
      [alice, 'call-server-away'],
    ] as const) {
      await page.bringToFront();
      await page.getByTestId('server-away').waitFor();
      await everyView(page, name);
    }
    await stage.latido.start();
    await alice.getByTestId('server-away').waitFor({ state: 'detached' });
    await alice.getByTestId('hang-up').click();
    await alice.getByTestId('summary').waitFor();
  });

  test('the test room, and what the team sees', async () => {
    const page = await pageOf('admin');
    await visit(page, '/admin', 'webhook-health');
    await visit(page, '/rooms', 'filter-room');
    await visit(page, '/admin/people', 'person-row');
    await page.getByTestId('person-row').first().getByRole('link').click();
    await page.getByTestId('give-coins').waitFor();
    await everyView(page, 'admin-person');
    isQuiet(page, 'a person');
    await visit(page, '/dashboard/video-test', 'room-name');
    await page.getByTestId('room-name').fill('lab');
    await page.getByTestId('join-room').click();
    await page.getByTestId('local-video').first().waitFor();
    await everyView(page, 'test-room');
    await page.getByTestId('hang-up').click();
    await page.getByTestId('test-left').waitFor();
    await everyView(page, 'test-room-left');
    isQuiet(page, 'the test room');
  });
});
