import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm, type PersonsBrowser } from './support/browser.ts';
import { booksBalance } from './support/call.ts';
import { signIn, type Caller } from './support/people.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { grantCoins, nothingHeld } from './support/wallet.ts';

const isLive = (page: Page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor();
const isOnAir = (page: Page) => page.locator('[data-testid="air"][data-on]').waitFor();
const place = (page: Page, words: string) => page.getByTestId('place').filter({ hasText: words }).waitFor();

/** One earner, and two who want to talk: each in turn, also where one of them is no more. */
describe('Two payers and one earner', () => {
  let stage: Stage;
  let url: string;
  let eve: Caller;
  let alice: Caller;
  const browsers = openBrowsers();

  let one: PersonsBrowser;
  let other: PersonsBrowser;
  let bob: Page;

  const browserAt = async (name: string, path: string): Promise<PersonsBrowser> => {
    const opened = await browsers.browserOf();
    await signInByForm(opened.page, url, name);
    await opened.page.goto(url + path);
    await opened.page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    return opened;
  };
  /** Looks for somebody, with twenty seconds for an offer. */
  const find = async (page: Page): Promise<void> => {
    await page.getByTestId('wish-unhurried').check();
    await page.getByTestId('find').click();
  };
  /** The same after a call. */
  const findAgain = async (page: Page): Promise<void> => {
    await page.getByTestId('change-wishes').click();
    await find(page);
  };
  /** Goes on from a call, and out of the line: who was met last is forgotten with the place. */
  const stopAfter = async (page: Page): Promise<void> => {
    await page.getByTestId('next').click();
    await page.getByTestId('stop-looking').click();
    await page.getByTestId('find-next').waitFor();
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
    [one, other, { page: bob }] = await Promise.all([
      browserAt('alice', '/find'),
      browserAt('eve', '/find'),
      browserAt('bob', '/on-air'),
    ]);
    await find(one.page);
    await place(one.page, 'You are next');
    await find(other.page);
    await place(other.page, 'You are number 2');

    await bob.getByTestId('go-on-air').click();
    await one.page.getByTestId('accept-offer').click();
    await Promise.all([isLive(one.page), isLive(bob)]);
    await place(other.page, 'You are next');
    expect(await other.page.getByTestId('offer').count()).toBe(0);

    await one.page.getByTestId('next').click();
    await other.page.getByTestId('accept-offer').click();
    await Promise.all([isLive(other.page), isLive(bob)]);
    expect(await bob.getByTestId('partner-name').innerText()).toBe('Eve');
    await place(one.page, 'You are next');
    await one.page.getByTestId('stop-looking').click();
    await stopAfter(other.page);
    for (const who of [alice, eve]) await nothingHeld(who);
  });

  test('[MATCH-8] one vanishes in the match card: the earner is told and is offered to the other, and nobody pays', async () => {
    await isOnAir(bob);
    await findAgain(one.page);
    await Promise.all([
      one.page.getByTestId('accept-offer').waitFor(),
      bob.locator('[data-testid="offer"][data-state="asking"]').waitFor(),
    ]);
    expect(await alice.get('/api/v1/wallet')).toMatchObject({ balance: 100, held: 10 });
    const told = Promise.all([
      bob.getByTestId('offer').waitFor({ state: 'detached' }),
      bob.getByTestId('toast').filter({ hasText: 'Nothing came of it with Alice' }).waitFor(),
    ]);
    one.kill();
    await told;
    await isOnAir(bob);
    await nothingHeld(alice);
    expect(await alice.get('/api/v1/wallet')).toMatchObject({ balance: 100, available: 100 });

    await findAgain(other.page);
    await other.page.getByTestId('accept-offer').waitFor();
    await other.page.getByTestId('skip-offer').click();
    await other.page.getByTestId('accept-offer').waitFor({ state: 'detached' });
    await other.page.getByTestId('stop-looking').click();
    await nothingHeld(eve);
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
