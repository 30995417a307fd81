import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

describe('Coins and the people who have them', () => {
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
    const again = await eve.request.get(`${url}/api/v1/me`);
    expect(again.status()).toBe(403);
  });
});
