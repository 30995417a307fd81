import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { picture } from './support/picture.ts';
import { isQuiet } from './support/said.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

/** Rows of people and calls lead on for ever. */
const MOST_PAGES = 12;

describe('Coins and the people who have them', () => {
  let stage: Stage;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    // Nobody answers here, and a slow machine takes its time to look.
    stage = await setStage(embedded!, { LATIDO_RING_MS: '240000' });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('who has none asks, an admin gives with a reason, and a ban closes the door', async () => {
    const { url } = stage.latido;
    const eve = await browsers.pageOf({ locale: 'es-ES', colorScheme: 'dark' });
    const admin = await browsers.pageOf({ viewport: { width: 390, height: 844 } });
    await Promise.all([signInByForm(eve, url, 'eve'), signInByForm(admin, url, 'admin')]);

    await eve.goto(`${url}/video`);
    await eve.getByTestId('get-coins').click();
    await eve.getByTestId('ask-words').fill('Para el viernes');
    await eve.getByTestId('ask-coins').click();
    await eve.getByTestId('coins-asked').waitFor();
    await picture(eve, 'wallet-asked-es-dark');
    await isAccessible(eve, 'wallet, asked');

    await admin.goto(`${url}/admin/people`);
    await admin.getByTestId('chip-asking').click();
    const row = admin.getByTestId('person-row');
    await expect.poll(() => row.allInnerTexts()).toEqual([expect.stringContaining('eve@demo.test')]);
    await picture(admin, 'people-asking-phone');
    await isAccessible(admin, 'people');
    await row.getByRole('link').click();
    await admin.getByTestId('give-coins').click();
    await admin.getByTestId('give-amount').fill('30');
    await admin.getByTestId('give-reason').fill('For Friday');
    await admin.getByTestId('give-coins').click();
    await admin.getByTestId('person-balance').filter({ hasText: '30' }).waitFor();
    await isAccessible(admin, 'a person');

    await eve.getByTestId('movement').filter({ hasText: 'For Friday' }).waitFor();
    await eve.getByTestId('wallet-balance').filter({ hasText: '30' }).waitFor();
    await isAccessible(eve, 'wallet with coins');

    await admin.getByTestId('ban').click();
    await admin.getByTestId('ban-confirm').click();
    await expect.poll(async () => (await eve.request.get(`${url}/api/v1/me`)).status()).toBe(403);
  });

  test('coins that are held are named, with the way back to the call that holds them', async () => {
    const alice = await browsers.pageOf();
    await signInByForm(alice, stage.latido.url, 'alice');
    const { body } = await stage.alice.post<{ callId: string; roomName: string }>('/api/v1/calls', {
      with: 'bob@demo.test',
    });
    await alice.goto(`${stage.latido.url}/video`);
    const held = alice.getByTestId('held');
    await alice.getByText('Held for your call with Bob').waitFor();
    await held.filter({ hasText: '10 coins' }).waitFor();
    await isAccessible(alice, 'coins held');
    await held.getByTestId('held-return').click();
    await alice.waitForURL((address) => address.searchParams.get('room') === body.roomName);
    await alice.getByTestId('join-call').waitFor();
    await stage.alice.post(`/api/v1/calls/${body.callId}/end`);
    await alice.goto(`${stage.latido.url}/video`);
    await alice.getByTestId('start-call').waitFor();
    await held.waitFor({ state: 'detached' });
  });

  test.for(['alice', 'bob', 'dora', 'carol', 'admin'])(
    '[WEB-ROLES] nothing that is offered to %s leads to a refusal',
    async (person) => {
      const { url } = stage.latido;
      const page = await browsers.pageOf();
      await signInByForm(page, url, person);
      await page.goto(url);
      const links = async (): Promise<string[]> => {
        await page.locator('main h1').first().waitFor();
        const found = await page
          .locator('a[href^="/"]')
          .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
        return found.flatMap((href) => href ?? []);
      };
      const [seen, open] = [new Set<string>(['/docs']), await links()];
      for (let path = open.shift(); path !== undefined; path = open.shift()) {
        // What is downloaded is no page.
        if (seen.has(path) || path.startsWith('/api/')) continue;
        seen.add(path);
        await page.goto(url + path);
        // One step from home, and what those pages offer: further in there are only calls and people.
        if (seen.size < MOST_PAGES) open.push(...(await links()));
        else await links();
        // A page may load several things.
        await expect
          .poll(() => page.locator('[role="status"][aria-label]').count(), { timeout: 30_000 })
          .toBe(0);
        expect([person, path, await page.getByTestId('failure').count()]).toEqual([person, path, 0]);
      }
      expect(seen.size).toBeGreaterThan(2);
      isQuiet(page, `everything that ${person} is offered`);
      await page.close();
    },
  );
});
