import type { Booking, GuestAccess } from '@latido/protocol';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { covered, under } from './support/covered.ts';
import { pressOn, tabTo } from './support/keyboard.ts';
import type { Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { everybody, sessionOf, type Session } from './support/session.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { everyView } from './support/views.ts';

/** Some sound of somebody else plays. */
const HEARS = `[...document.querySelectorAll('audio')].some((one) => !one.paused && one.currentTime > 0)`;

/** Somebody without an account, from the link to how people came. */
describe('A guest of a session', () => {
  let stage: Stage;
  let dora: Caller;
  let id: string;
  let sit: Session['sit'];
  let host: Page;
  let guest: Page;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    [dora] = (await everybody(stage.latido.url, 'dora')) as [Caller];
    const session = await sessionOf(stage.latido, { host: dora, guests: [stage.alice] });
    ({ id, sit } = session);
    host = await browsers.pageOf();
    guest = await browsers.pageOf({ locale: 'es-ES' });
    await signInByForm(host, stage.latido.url, 'dora');
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  const link = () => host.getByTestId('guest-link').inputValue();

  test('the mentor gives a link away, and the one before is good no more', async () => {
    await host.goto(`${stage.latido.url}/dashboard/sessions/${id}`);
    await pressOn(host, 'let-guests');
    await host.getByTestId('guest-link').waitFor();
    const first = await link();
    await host.getByTestId('renew-guest-link').click();
    await expect.poll(link).not.toBe(first);
    await picture(host, 'guests-card', { fullPage: true });
    await isAccessible(host, 'the card with the link');
    await guest.goto(first);
    await guest.getByTestId('link-gone').waitFor();
    await picture(guest, 'guest-link-gone-es');
    await isAccessible(guest, 'a link that is gone');
    const { link: now } = await dora.get<GuestAccess>(`/api/v1/bookings/${id}/guests`);
    expect(await link()).toBe(`${stage.latido.url}/s/${now}`);
  });

  test('by the keyboard alone the guest says a name, waits at the door, and is let in; both see and hear each other', async () => {
    await guest.goto(await link());
    await guest.getByTestId('guest-come').waitFor();
    await everyView(guest, 'guest-name');
    await pressOn(guest, 'guest-come');
    await guest.locator('[aria-invalid="true"]').waitFor();
    await guest.keyboard.type('Eva de Prado');
    await guest.keyboard.press('Enter');
    await pressOn(guest, 'ask-in');
    await guest.locator('[data-testid="door-state"][data-state="waiting"]').waitFor();
    await guest.getByTestId('preview').waitFor();
    await picture(guest, 'guest-door', { fullPage: true });
    await isAccessible(guest, 'a guest at the door');
    // Nothing else of the house is offered.
    expect(await guest.getByRole('navigation').count()).toBe(0);
    expect(await guest.getByTestId('bell').count()).toBe(0);

    await host.getByTestId('enter-session').click();
    await host.getByTestId('local-video').first().waitFor();
    await host.getByTestId('open-door').click();
    const entry = host.getByTestId('lobby-entry').filter({ hasText: 'Eva de Prado' });
    await entry.getByText('guest, no account').waitFor();
    await picture(host, 'guest-at-door');
    await entry.getByTestId('admit').click();
    await entry.getByTestId('remove').waitFor();
    await host.keyboard.press('Escape');
    await pressOn(guest, 'enter-session');
    for (const page of [guest, host]) {
      await framesPlay(page, 'remote-video');
      await expect.poll(() => page.evaluate(HEARS), { timeout: 30_000 }).toBe(true);
    }
    await host.getByText('Eva de Prado').first().waitFor({ state: 'attached' });
    await picture(guest, 'guest-call');
    // Of three on a phone nobody's name lies under what stands over the pictures.
    await sit(stage.alice);
    await guest.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => guest.getByTestId('grid-tile').count(), { timeout: 30_000 }).toBe(3);
    await expect
      .poll(() => under(guest, '.lt-grid .lt-tile-name', '[data-testid="room-panel"] button'))
      .toEqual([]);
    await expect.poll(() => covered(guest)).toEqual([]);
    await picture(guest, 'guest-three-phone');
    await guest.setViewportSize({ width: 1280, height: 800 });
  });

  test('they write to each other, a reload leads back in, and afterwards the guest is in how people came', async () => {
    await tabTo(guest, 'toggle-chat');
    await guest.keyboard.press('Enter');
    await guest.getByTestId('chat-field').fill('Hola a todo el mundo');
    await guest.keyboard.press('Enter');
    await host.getByTestId('toggle-chat').click();
    await host.getByTestId('chat-message').getByText('Hola a todo el mundo').waitFor();
    await guest.reload();
    await framesPlay(guest, 'remote-video');
    await host.getByTestId('open-door').click();
    await host.getByTestId('end-session').click();
    const came = host.getByTestId('came').filter({ hasText: 'Eva de Prado' });
    await came.getByText('guest').waitFor();
    await picture(host, 'guest-after', { fullPage: true });
    await guest.getByTestId('written').getByText('Hola a todo el mundo').waitFor();
    await picture(guest, 'guest-after-es', { fullPage: true });
    await isAccessible(guest, 'a session that is over, as its guest sees it');
    const { coming = [] } = await dora.get<Booking>(`/api/v1/bookings/${id}`);
    const line = coming.find(({ name }) => name === 'Eva de Prado');
    expect(line).toMatchObject({ isGuest: true, verdict: 'present', messages: 1 });
    expect(line?.cameraMs).toBeGreaterThan(0);
    await guest.goto(`${stage.latido.url}/wallet`);
    await guest.getByTestId('failure').waitFor();
  });
});
