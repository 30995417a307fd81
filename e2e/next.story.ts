import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm, type PersonsBrowser } from './support/browser.ts';
import { booksBalance } from './support/call.ts';
import { keepOpened, ownCamera } from './support/own-camera.ts';
import { signIn, type Caller } from './support/people.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';

const TIMES = 10;
const isLive = (page: Page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor();
const isOnAir = (page: Page) => page.locator('[data-testid="air"][data-on]').waitFor();
/** A desk that says of the last call that it ended so. A call hides the desk: this is said anew after each. */
const lastCall = (page: Page, reason: string) =>
  page.locator(`[data-testid="last-call"] [data-reason="${reason}"]`).waitFor();

/** One payer after another, one earner after another: on one page, and with one camera. */
describe('An evening of Next', () => {
  let stage: Stage;
  let url: string;
  const callers: Record<string, Caller> = {};
  const browsers = openBrowsers();

  const browserOf = async (name: string): Promise<PersonsBrowser> => {
    const opened = await browsers.browserOf();
    await keepOpened(opened.page);
    await signInByForm(opened.page, url, name);
    return opened;
  };
  /** With a preview that plays, before the line. */
  const finding = async (name: string): Promise<PersonsBrowser> => {
    const opened = await browserOf(name);
    await opened.page.goto(`${url}/find`);
    await opened.page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    return opened;
  };
  const goesOnAir = async (page: Page): Promise<void> => {
    await page.getByTestId('go-on-air').click();
    await isOnAir(page);
  };
  const earning = async (name: string): Promise<Page> => {
    const { page } = await browserOf(name);
    await page.goto(`${url}/on-air`);
    await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await goesOnAir(page);
    return page;
  };
  const nothingHeld = (name: string) =>
    until(`nothing held of ${name}`, async () => {
      const { held } = (await callers[name]?.get<{ held: number }>('/api/v1/wallet')) ?? {};
      return held === 0;
    });
  /** Calls that somebody was told the end of, by Next. */
  const toldOfNext = async (name: string): Promise<string[]> => {
    interface Told {
      readonly items: { type: string; payload: { callId: string; reason?: string } }[];
    }
    const { items } = (await callers[name]?.get<Told>('/api/v1/inbox?after=0&limit=200')) ?? { items: [] };
    return items
      .filter(({ type, payload }) => type === 'call.partner_left' && payload.reason === 'next')
      .map(({ payload }) => payload.callId);
  };

  beforeAll(async () => {
    const [embedded] = stores();
    // A slow machine takes its time to join a room.
    stage = await setStage(embedded!, { LATIDO_CONNECT_MS: '60000' });
    url = stage.latido.url;
    for (const name of ['alice', 'bob', 'dora']) callers[name] = await signIn(url, name);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('[MATCH-6] Next ten times in a row: ten calls, one camera, and each partner is told', async () => {
    const [{ page: alice }, ...earners] = await Promise.all([
      finding('alice'),
      earning('bob'),
      earning('dora'),
    ]);
    const [bob, dora] = earners;
    const desks: Readonly<Record<string, Page>> = { Bob: bob, Dora: dora };
    await alice.getByTestId('wish-at-once').check();
    await alice.getByTestId('find').click();
    await isLive(alice);
    const camera = await ownCamera(alice);
    expect(camera).toMatchObject({ opened: 1, isTheFirst: true });
    const met: string[] = [];
    for (let round = 0; round < TIMES; round += 1) {
      const name = await alice.getByTestId('partner-name').innerText();
      const desk = desks[name]!;
      await Promise.all([isLive(desk), framesPlay(desk, 'remote-video', 1)]);
      met.push(name);
      await timed(`${round + 1}: Next, from ${name} to the following call`, async () => {
        await alice.getByTestId('next').click();
        await lastCall(desk, 'next');
        const other = name === 'Bob' ? 'Dora' : 'Bob';
        await alice.getByTestId('partner-name').filter({ hasText: other }).waitFor();
        await isLive(alice);
      });
      expect(await ownCamera(alice)).toEqual(camera);
    }
    // Whoever was left is not met again at once.
    expect(met).toEqual(met.map((_, at) => met[at % 2]));
    expect(new Set(met).size).toBe(2);
    for (const desk of [bob, dora]) expect(await desk.evaluate('window.openedDevices')).toBe(1);
    const told = [...(await toldOfNext('bob')), ...(await toldOfNext('dora'))];
    expect([told.length, new Set(told).size]).toEqual([TIMES, TIMES]);

    await alice.getByTestId('hang-up').click();
    await alice.getByTestId('find-next').waitFor();
    await nothingHeld('alice');
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
