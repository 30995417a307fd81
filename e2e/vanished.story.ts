import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm, type PersonsBrowser } from './support/browser.ts';
import { booksBalance } from './support/call.ts';
import { signIn, type Caller } from './support/people.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { grantCoins, nothingHeld } from './support/wallet.ts';

const isOnAir = (page: Page) => page.locator('[data-testid="air"][data-on]').waitFor();

/** Somebody's browser dies while they read whom they could talk to. */
describe('A payer who vanishes in the match card', () => {
  let stage: Stage;
  let url: string;
  let eve: Caller;
  let alice: Caller;
  const browsers = openBrowsers();

  /** In line as soon as it is asked for, with twenty seconds to look at an offer. */
  const finding = async (name: string): Promise<PersonsBrowser> => {
    const opened = await browsers.browserOf();
    await signInByForm(opened.page, url, name);
    await opened.page.goto(`${url}/find`);
    await opened.page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await opened.page.getByTestId('wish-unhurried').check();
    return opened;
  };
  const earning = async (name: string): Promise<Page> => {
    const { page } = await browsers.browserOf();
    await signInByForm(page, url, name);
    await page.goto(`${url}/on-air`);
    await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await page.getByTestId('go-on-air').click();
    await isOnAir(page);
    return page;
  };

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!, { LATIDO_CONNECT_MS: '60000' });
    url = stage.latido.url;
    [eve, alice] = await Promise.all([signIn(url, 'eve'), signIn(url, 'alice')]);
    await grantCoins(stage, eve, 100);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('[MATCH-8] the earner is told and is offered to the next, and nobody pays', async () => {
    const [bob, looking] = await Promise.all([earning('bob'), finding('eve')]);
    await looking.page.getByTestId('find').click();
    await Promise.all([
      looking.page.getByTestId('accept-offer').waitFor(),
      bob.locator('[data-testid="offer"][data-state="asking"]').waitFor(),
    ]);
    expect(await eve.get('/api/v1/wallet')).toMatchObject({ balance: 100, held: 10 });
    const told = Promise.all([
      bob.getByTestId('offer').waitFor({ state: 'detached' }),
      bob.getByTestId('toast').filter({ hasText: 'Nothing came of it with Eve' }).waitFor(),
    ]);
    looking.kill();
    await told;
    await isOnAir(bob);
    await nothingHeld(eve);
    expect(await eve.get('/api/v1/wallet')).toMatchObject({ balance: 100, available: 100 });

    const following = await finding('alice');
    await following.page.getByTestId('find').click();
    await following.page.getByTestId('accept-offer').waitFor();
    await following.page.getByTestId('skip-offer').click();
    await following.page.getByTestId('accept-offer').waitFor({ state: 'detached' });
    await following.page.getByTestId('stop-looking').click();
    await nothingHeld(alice);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
