import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { callIs, callOf, join } from './support/call.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';

const live = (...pages: Page[]) =>
  Promise.all(
    pages.map((page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor()),
  );
const titleIn = (page: Page, testId: string) => page.getByTestId(testId).getByRole('heading').textContent();

/** When the button is pressed, and when the other page says it, by the one clock of this machine. */
const PRESSED = `new Promise((resolve) =>
  document.addEventListener('click', () => resolve(Date.now()), { capture: true, once: true }))`;
const READ = `new Promise((resolve) => new MutationObserver((_, observer) => {
  if (!document.querySelector('[data-testid="partner-gone"]')) return;
  observer.disconnect();
  resolve(Date.now());
}).observe(document.body, { childList: true, subtree: true }))`;

/** What each of two pages says of every way in which somebody goes: Alice reads English, Bob Spanish. */
describe('Who left', () => {
  let stage: Stage;
  let alice: Page;
  let bob: Page;
  const browsers = openBrowsers();
  const meet = async (room: string): Promise<void> => {
    await join(alice, stage.latido.url, room);
    await join(bob, stage.latido.url, room);
    await live(alice, bob);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
  };

  beforeAll(async () => {
    const [embedded] = stores();
    // A short grace: the stories wait for its end.
    stage = await setStage(embedded!, { LATIDO_GRACE_MS: '15000' });
    const pageOf = async (name: string, locale: string): Promise<Page> => {
      const page = await browsers.pageOf({ locale });
      await signInByForm(page, stage.latido.url, name);
      return page;
    };
    [alice, bob] = await Promise.all([pageOf('alice', 'en-US'), pageOf('bob', 'es-ES')]);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('[REACT-FIRST] a hang-up is told on the other page at once, by name', async () => {
    await meet('hang-up');
    // For ten seconds after its start the server judges nobody (PRES-F7).
    await until(
      'a server past its start',
      async () => (await callOf(stage.bob, 'hang-up')).billableMs >= 10_000,
    );
    const [pressedAt, readAt] = await Promise.all([
      alice.evaluate<number>(PRESSED),
      bob.evaluate<number>(READ),
      alice.getByTestId('hang-up').click(),
    ]);
    console.log(`    Alice presses → Bob’s page says it: ${readAt - pressedAt} ms`);
    await bob.getByTestId('partner-gone').waitFor();
    expect(await titleIn(bob, 'partner-gone')).toBe('Alice colgó');
    await alice.getByRole('heading', { name: 'You ended the call' }).waitFor();
  });

  test('[REACT-MEDIA-AWAY] a media server that is started again is told as that to both, and of nobody', async () => {
    await meet('media-away');
    await timed('LiveKit killed → both are told', async () => {
      await stage.media.kill();
      await Promise.all([alice, bob].map((page) => page.getByTestId('media-away').waitFor()));
    });
    expect(await titleIn(alice, 'media-away')).toBe('The media server is restarting');
    expect(await titleIn(bob, 'media-away')).toBe('El servidor de video se está reiniciando');
    await picture(alice, 'media-away');
    await picture(bob, 'media-away-es');
    for (const page of [alice, bob]) expect(await page.getByTestId('partner-reconnecting').count()).toBe(0);
    await timed('LiveKit started again → both pictures move', async () => {
      await stage.media.start();
      await Promise.all(
        [alice, bob].map((page) => page.getByTestId('media-away').waitFor({ state: 'detached' })),
      );
      await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    });
    await live(alice, bob);
    await alice.getByTestId('hang-up').click();
    await bob.getByTestId('partner-gone').waitFor();
  });

  test('[REACT-LOST] whoever was cut off reads that, with what it cost; the other reads who it was', async () => {
    await meet('cut-off');
    // Without sound and picture nothing but the cut line can prove that Alice is there.
    await alice.getByTestId('toggle-mic').click();
    await alice.getByTestId('toggle-camera').click();
    await alice.context().setOffline(true);
    await alice.getByTestId('me-reconnecting').waitFor();
    await callIs(stage.bob, 'cut-off', 'ended');
    await bob.getByTestId('partner-gone').waitFor();
    expect(await titleIn(bob, 'partner-gone')).toBe('Alice perdió la conexión');
    expect(await alice.getByTestId('me-reconnecting').count()).toBe(1);
    await alice.context().setOffline(false);
    await alice.getByTestId('partner-gone').waitFor();
    expect(await titleIn(alice, 'partner-gone')).toBe('Your connection was lost');
    expect(await alice.getByTestId('partner-gone').textContent()).toContain('It cost you nothing.');
    await picture(alice, 'me-lost');
  });

  test('[WEB-AWAY] on a page outside of calls a server that is away is told, and untold', async () => {
    await alice.goto(`${stage.latido.url}/calls`);
    await alice.getByTestId('see-receipt').or(alice.getByRole('table')).first().waitFor();
    await stage.latido.kill();
    await alice.getByTestId('server-away').waitFor();
    await picture(alice, 'server-away-history');
    await stage.latido.start();
    await timed('the server is back → the page says so no more', () =>
      alice.getByTestId('server-away').waitFor({ state: 'detached' }),
    );
  });

  test('[WEB-LEAVE] closing the tab in a call is asked for, and staying keeps the call', async () => {
    await meet('closing');
    const asked = new Promise<string>((resolve) => {
      alice.once('dialog', (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    await alice.close({ runBeforeUnload: true });
    expect(await asked).toBe('beforeunload');
    await live(alice, bob);
    await alice.getByTestId('hang-up').click();
    await bob.getByTestId('partner-gone').waitFor();
  });

  test('[REACT-AWAY] a page that is closed is told as one, with the seconds to come back', async () => {
    await meet('closed-page');
    await bob.close();
    await alice.getByTestId('partner-reconnecting').waitFor();
    expect(await titleIn(alice, 'partner-reconnecting')).toBe('Bob closed the page');
    await alice.getByText('seconds to come back').waitFor();
    await picture(alice, 'partner-closed-page');
  });
});
