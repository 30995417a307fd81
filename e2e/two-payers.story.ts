import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { booksBalance } from './support/call.ts';
import { signIn, type Caller } from './support/people.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { grantCoins, nothingHeld } from './support/wallet.ts';

const isLive = (page: Page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor();
const place = (page: Page, words: string) => page.getByTestId('place').filter({ hasText: words }).waitFor();

/** One earner, and two who want to talk: each in turn. */
describe('Two payers and one earner', () => {
  let stage: Stage;
  let url: string;
  let eve: Caller;
  let alice: Caller;
  const browsers = openBrowsers();

  const pageAt = async (name: string, path: string): Promise<Page> => {
    const { page } = await browsers.browserOf();
    await signInByForm(page, url, name);
    await page.goto(url + path);
    await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    return page;
  };
  /** In line, with twenty seconds to look at an offer. */
  const inLine = async (page: Page): Promise<void> => {
    await page.getByTestId('wish-unhurried').check();
    await page.getByTestId('find').click();
    await page.getByTestId('queue').waitFor();
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

  test('[MATCH-1] one talks, the other keeps their place, and is offered the earner as soon as he is free', async () => {
    const [one, other, bob] = await Promise.all([
      pageAt('alice', '/find'),
      pageAt('eve', '/find'),
      pageAt('bob', '/on-air'),
    ]);
    await inLine(one);
    await place(one, 'You are next');
    await inLine(other);
    await place(other, 'You are number 2');

    await bob.getByTestId('go-on-air').click();
    await one.getByTestId('accept-offer').click();
    await Promise.all([isLive(one), isLive(bob)]);
    await place(other, 'You are next');
    expect(await other.getByTestId('offer').count()).toBe(0);

    await one.getByTestId('next').click();
    await other.getByTestId('accept-offer').click();
    await Promise.all([isLive(other), isLive(bob)]);
    expect(await bob.getByTestId('partner-name').innerText()).toBe('Eve');
    await place(one, 'You are next');
    await one.getByTestId('stop-looking').click();
    await other.getByTestId('hang-up').click();
    await other.getByTestId('find-next').waitFor();
    for (const who of [alice, eve]) await nothingHeld(who);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
