import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, signInByForm, openBrowsers, type BrowserOptions } from './support/browser.ts';
import { callIs, join } from './support/call.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed } from './support/until.ts';
import { nothingHeld } from './support/wallet.ts';

const REFUSES = `navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException('Permission denied', 'NotAllowedError'));`;

const state = (page: Page, is: string) =>
  page.locator(`[data-testid="partner-state"][data-state="${is}"]`).waitFor();
const live = (...pages: Page[]) => Promise.all(pages.map((page) => state(page, 'live')));
const focused = (page: Page) => page.evaluate(() => document.activeElement?.getAttribute('data-testid'));

/** Leaving a call and coming back to it: on purpose, by accident, and when the server or the network goes away. */
describe('Coming back', () => {
  let stage: Stage;
  let alice: Page;
  let bob: Page;
  const browsers = openBrowsers();
  const pageOf = async (name: string, options?: BrowserOptions): Promise<Page> => {
    const page = await browsers.pageOf(options);
    await signInByForm(page, stage.latido.url, name);
    return page;
  };
  const meet = async (room: string): Promise<void> => {
    await join(alice, stage.latido.url, room);
    await alice.getByTestId('waiting-partner').waitFor();
    await join(bob, stage.latido.url, room);
    await live(alice, bob);
  };
  const hangUp = async (): Promise<void> => {
    await alice.getByTestId('hang-up').click();
    await bob.getByTestId('partner-gone').waitFor();
  };

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    [alice, bob] = await Promise.all([pageOf('alice'), pageOf('bob', { locale: 'es-ES' })]);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('a reload of either page goes back into the call by itself; the call is the same', async () => {
    const { url } = stage.latido;
    await Promise.all([alice.goto(`${url}/video`), bob.goto(`${url}/video`)]);
    await alice.getByTestId('invite-email').fill('bob@demo.test');
    await alice.getByTestId('start-call').click();
    await bob.getByTestId('invitation').getByTestId('join-call').click();
    await live(alice, bob);
    for (const page of [alice, bob])
      await timed('reload → both together again', async () => {
        await page.reload();
        await live(alice, bob);
        await framesPlay(page, 'remote-video');
      });
    // Who had turned them off is neither heard nor seen after it.
    const own = ['toggle-mic', 'toggle-camera'];
    const turned = (is: string) =>
      Promise.all(own.map((id) => alice.locator(`[data-testid="${id}"]${is}`).waitFor()));
    for (const id of own) await alice.getByTestId(id).click();
    await turned('[data-off]');
    await alice.reload();
    await live(alice, bob);
    await turned('[data-off]');
    for (const id of own) await alice.getByTestId(id).click();
    await turned(':not([data-off])');
    await framesPlay(bob, 'remote-video');
    const { items } = await stage.alice.get<{ items: unknown[] }>('/api/v1/calls');
    expect(items).toHaveLength(1);
  });

  test('another page of ours shows the way back, and "back" asks before it hangs up', async () => {
    const { url } = stage.latido;
    await alice.goto(`${url}/calls`);
    await alice.getByTestId('open-call-of-mine').waitFor();
    await picture(alice, 'open-call');
    await isAccessible(alice, 'a call left open');
    await alice.getByTestId('return-to-call').click();
    await alice.getByTestId('join-call').click();
    await live(alice, bob);

    await alice.goBack();
    await alice.getByTestId('stay-in-call').waitFor();
    expect(await focused(alice)).toBe('stay-in-call');
    await picture(alice, 'leave-call');
    await isAccessible(alice, 'asked whether to leave');
    await alice.keyboard.press('Enter');
    await alice.getByTestId('stay-in-call').waitFor({ state: 'hidden' });
    await framesPlay(alice, 'remote-video');
    await alice.goBack();
    await alice.getByTestId('leave-call').click();
    await timed('left by "back" → Bob reads that Alice hung up', () =>
      bob.getByTestId('partner-gone').waitFor(),
    );
    expect(await bob.getByTestId('partner-gone').getAttribute('data-reason')).toBe('hung_up');
    await alice.getByTestId('call-row').first().waitFor();
    await alice.getByTestId('open-call-of-mine').waitFor({ state: 'detached' });
  });

  test('an invitation that is declined is told to who calls, at no cost', async () => {
    const { url } = stage.latido;
    await bob.goto(`${url}/calls`);
    await alice.goto(`${url}/video`);
    await alice.getByTestId('invite-email').fill('bob@demo.test');
    await alice.getByTestId('start-call').click();
    await bob.getByTestId('decline-call').click();
    const told = alice.getByTestId('partner-gone');
    await timed('declined → Alice reads it', () => told.waitFor());
    expect(await told.textContent()).toContain('Bob declined the call');
    await picture(alice, 'call-declined');
    await nothingHeld(stage.alice);
  });

  test('a server that is away does not take the picture away; it is told, and untold', async () => {
    await meet('server-away');
    await framesPlay(alice, 'remote-video');
    await stage.latido.kill();
    await timed('server killed → both are told', () =>
      Promise.all([alice, bob].map((page) => page.getByTestId('server-away').waitFor())),
    );
    await framesPlay(alice, 'remote-video');
    await picture(bob, 'server-away-es');
    await stage.latido.start();
    await Promise.all(
      [alice, bob].map((page) => page.getByTestId('server-away').waitFor({ state: 'detached' })),
    );
    await live(alice, bob);
    await callIs(stage.alice, 'server-away', 'live');
    await hangUp();
  });

  test('a muted microphone is shown to the other one', async () => {
    await meet('muted');
    await framesPlay(bob, 'remote-video');
    await bob.getByTestId('tile-mic-off').waitFor({ state: 'detached' });
    await alice.getByTestId('toggle-mic').click();
    await bob.getByTestId('tile-mic-off').waitFor();
    await picture(bob, 'partner-muted-es');
    await alice.getByTestId('toggle-mic').click();
    await bob.getByTestId('tile-mic-off').waitFor({ state: 'detached' });
    await hangUp();
  });

  test('a refused camera is named when its button asks for it; a cut line is told, the meter stands', async () => {
    const { url } = stage.latido;
    const refused = await pageOf('bob', { viewport: { width: 390, height: 844 } });
    await refused.addInitScript(REFUSES);
    await join(alice, url, 'refused');
    await join(refused, url, 'refused');
    await live(alice, refused);
    await refused.getByTestId('toggle-camera').click();
    await refused.getByTestId('media-problem').waitFor();
    expect(await refused.getByTestId('media-problem').textContent()).toContain('blocks the camera');
    await picture(refused, 'camera-refused-phone');
    await isAccessible(refused, 'camera refused');

    // Bob sends nothing: with the server out of reach nothing at all arrives at Alice.
    await alice.context().setOffline(true);
    await alice.getByTestId('me-reconnecting').waitFor();
    const stands = await alice.getByTestId('meter-elapsed').textContent();
    await picture(alice, 'me-reconnecting');
    expect(await alice.getByTestId('meter-elapsed').textContent()).toBe(stands);
    await alice.context().setOffline(false);
    await live(alice, refused);
    await alice.getByTestId('hang-up').click();
    await refused.getByTestId('partner-gone').waitFor();
  });

  test('a call that could not be joined waits for nobody once its page is closed', async () => {
    const { url } = stage.latido;
    const room = 'no-media-server';
    await alice.route('**/api/livekit/token-secure', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), wsUrl: 'ws://127.0.0.1:9' } });
    });
    await join(alice, url, room);
    const failed = alice.getByTestId('call-failed');
    await failed.waitFor();
    expect(await failed.getAttribute('data-code')).toBe('media_server');
    await isAccessible(alice, 'a call that could not be joined');
    await callIs(stage.alice, room, 'waiting');
    await alice.getByTestId('leave').click();
    await alice.getByTestId('invite-email').waitFor();
    await callIs(stage.alice, room, 'ended');
    await alice.unrouteAll();
  });

  test('who has no coins reads how many are missing, before the call and at its door', async () => {
    const { url } = stage.latido;
    const eve = await pageOf('eve', { locale: 'es-ES' });
    await join(eve, url, 'no-coins');
    await eve.getByTestId('call-failed').waitFor();
    expect(await eve.getByTestId('call-failed').textContent()).toContain('te faltan 10');
    await eve.getByTestId('leave').click();
    await eve.getByTestId('invite-email').fill('bob@demo.test');
    await eve.getByTestId('start-call').click();
    await eve.getByTestId('start-failure').waitFor();
    expect(await eve.getByTestId('start-failure').textContent()).toContain('te faltan 10');
    await picture(eve, 'prejoin-no-coins-es', { fullPage: true });
  });

  test('without a network a page says so and comes by itself; a part that is not here yet is asked for', async () => {
    const { url } = stage.latido;
    // The newest two of the list are calls in which somebody was.
    for (const room of ['coming-offline-1', 'coming-offline-2']) {
      await meet(room);
      await hangUp();
    }
    await alice.goto(`${url}/calls`);
    await alice.getByTestId('open-call').first().click();
    await alice.getByTestId('attendance').waitFor();
    await alice.goBack();
    await alice.getByTestId('call-row').nth(1).waitFor();
    await alice.context().setOffline(true);
    await alice.getByTestId('open-call').nth(1).click();
    await alice.getByTestId('failure').waitFor();
    await alice.context().setOffline(false);
    await alice.getByTestId('call-status').waitFor();

    await alice.goto(url);
    await alice.getByTestId('home-test').waitFor();
    await alice.context().setOffline(true);
    await alice.getByTestId('home-test').click();
    await alice.getByTestId('failure').waitFor();
    await alice.context().setOffline(false);
    await alice.getByTestId('failure').getByRole('button').click();
    await alice.getByTestId('room-name').waitFor();
  });

  test('the record of a call is taken home as files', async () => {
    const { items } = await stage.alice.get<{ items: { callId: string }[] }>('/api/v1/calls');
    await alice.goto(`${stage.latido.url}/calls/${items[0]?.callId}`);
    for (const format of ['csv', 'json']) {
      const saved = alice.waitForEvent('download');
      await alice.getByTestId(`export-${format}`).click();
      expect((await saved).suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
    }
    expect(new URL(alice.url()).pathname).toMatch(/^\/calls\//);
  });

  test('a sign-in that ends is noticed, and leads back to where one was', async () => {
    const { url } = stage.latido;
    await alice.goto(`${url}/calls`);
    await alice.getByTestId('call-row').first().waitFor();
    await alice.context().clearCookies();
    await alice.getByTestId('open-call').first().click();
    await alice.getByTestId('sign-in-email').waitFor();
    expect(new URL(alice.url()).searchParams.get('next')).toMatch(/^\/calls/);
  });
});
