import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { isQuiet } from './support/said.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';
import { everyView } from './support/views.ts';

describe('The bell and the page of notices', () => {
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

  const tell = async (title: string): Promise<void> => {
    const to = [stage.alice.personId];
    const { status } = await stage.admin.post('/api/v1/notices', {
      to,
      title,
      body: 'As the team wrote it.',
      url: '/wallet',
    });
    expect(status).toBe(201);
  };
  /** Keeps what pages set the icon's figure to: no headless browser has one to look at. */
  const badged = async (page: Page): Promise<(figure: string) => Promise<unknown>> => {
    await page.context().addInitScript(() => {
      const keep = async (figure = 0): Promise<void> => localStorage.setItem('badge', String(figure));
      Object.assign(Navigator.prototype, { setAppBadge: keep, clearAppBadge: keep });
    });
    return (figure) =>
      until(`the icon to show ${figure}`, async () => {
        return (await page.evaluate(() => localStorage.getItem('badge'))) === figure;
      });
  };
  const rings = (page: Page, count: string): Promise<unknown> =>
    until(`the bell to say ${count}`, async () => {
      const said = await page.getByTestId('bell-count').allInnerTexts();
      return said.join() === count;
    });

  test('it counts what comes, on every tab and without a socket, until it is read', async () => {
    const page = await browsers.pageOf();
    await signInByForm(page, stage.latido.url, 'alice');
    await page.getByTestId('bell').waitFor();
    const other = await page.context().newPage();
    // This tab has no socket: its network knows plain requests only.
    await other.routeWebSocket(/\/app\//, (socket) => socket.close());
    await other.goto(`${stage.latido.url}/wallet`);
    await other.getByTestId('bell').waitFor();
    await tell('First');
    await rings(page, '1');
    await rings(other, '1');

    await page.getByTestId('bell').click();
    await page.getByTestId('notice').first().waitFor();
    await tell('Second');
    await rings(page, '2');
    await until('both to be listed', async () => (await page.getByTestId('notice').count()) === 2);
    await page.getByTestId('ways').locator('summary').click();
    await everyView(page, 'inbox');
    isQuiet(page, '/inbox');

    await page.getByTestId('mark-read').first().click();
    await rings(page, '1');
    await rings(other, '1');
    await page.getByTestId('chip-unread').click();
    await until('one to be left', async () => (await page.getByTestId('notice').count()) === 1);
    await page.getByTestId('read-all').click();
    await rings(other, '');
    await page.getByTestId('empty').waitFor();
    await everyView(page, 'inbox-empty');
  });

  test('what is muted for the bell is listed and not counted', async () => {
    const page = await browsers.pageOf();
    await signInByForm(page, stage.latido.url, 'bob');
    await page.goto(`${stage.latido.url}/inbox`);
    await page.getByTestId('ways').locator('summary').click();
    const box = page.getByTestId('way-bell-call.missed');
    await box.click();
    await until('it to be kept', async () => {
      const { muted } = await stage.bob.get<{ muted: unknown[] }>('/api/v1/inbox/settings');
      return muted.length === 1;
    });
    await page.reload();
    await page.getByTestId('ways').locator('summary').click();
    await until('it to be off', async () => !(await page.getByTestId('way-bell-call.missed').isChecked()));
  });

  test('[PUSH-13] the icon of the app has its figure, until it is read or nobody is signed in', async () => {
    const page = await browsers.pageOf();
    const shows = await badged(page);
    await signInByForm(page, stage.latido.url, 'alice');
    await page.getByTestId('bell').waitFor();
    await tell('For the icon');
    await shows('1');
    await page.getByTestId('bell').click();
    await page.getByTestId('mark-read').first().click();
    await shows('0');
    await tell('Once more');
    await shows('1');
    await page.getByTestId('account-menu').click();
    await page.getByTestId('sign-out').click();
    await shows('0');
  });
});
