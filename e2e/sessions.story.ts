import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { openNotes, reads } from './support/notes.ts';
import { signIn } from './support/people.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from: '00:00', to: '24:00' }));

describe('A session that was booked', () => {
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

  test('hours, offer, booking, the door, the talk, and what it was', async () => {
    const { url } = stage.latido;
    const dora = await browsers.pageOf();
    const eve = await browsers.pageOf({
      locale: 'es-ES',
      colorScheme: 'dark',
      viewport: { width: 390, height: 844 },
    });
    await signInByForm(dora, url, 'dora');
    await signInByForm(eve, url, 'eve');

    await setHours(dora, url);
    const { personId } = await signIn(url, 'dora');
    await eve.goto(`${url}/mentors/${personId}`);
    await eve.getByTestId('slot').first().click();
    await eve.getByTestId('topic').fill('Mi portafolio');
    await picture(eve, 'session-book-phone-es-dark');
    await isAccessible(eve, 'booking');
    await eve.getByTestId('book').click();
    await eve.getByTestId('door').waitFor();
    await isAccessible(eve, 'a booked session');
    // An address of nobody's session says so, also that of its room.
    await eve.goto(`${url}/dashboard/sessions/booking_nobody/video`);
    await eve.getByTestId('failure').waitFor();
    await eve.goBack();
    await eve.getByTestId('door').waitFor();

    await dora.goto(`${url}/dashboard/sessions`);
    const row = dora.getByTestId('session-row');
    await row.waitFor();
    await picture(dora, 'sessions');
    await isAccessible(dora, 'sessions');
    await row.getByRole('link').click();
    await dora.getByTestId('start-session').click();
    await dora.getByTestId('enter-session').waitFor();

    // Nobody is in before they were let in, also by the address.
    await eve.getByTestId('ask-in').click();
    await eve.locator('[data-testid="door-state"][data-state="waiting"]').waitFor();
    await picture(eve, 'session-door-phone-es-dark');
    await isAccessible(eve, 'waiting at the door');
    await dora.getByTestId('lobby-entry').waitFor();
    await picture(dora, 'session-host');
    await isAccessible(dora, 'the door as its host sees it');

    // What goes on stands above what is to come, and leads in.
    await dora.goto(`${url}/dashboard/sessions`);
    await dora.getByTestId('session-now').waitFor();
    await picture(dora, 'session-now');
    await isAccessible(dora, 'a session that goes on, among all');
    await dora.getByTestId('join-session').click();
    await dora.getByTestId('local-video').first().waitFor();
    await dora.getByTestId('open-door').click();
    await dora.getByTestId('admit').click();
    await picture(dora, 'session-call-door');
    await isAccessible(dora, 'the door within the call');
    await dora.getByTestId('remove').waitFor();
    await dora.keyboard.press('Escape');
    await eve.getByTestId('enter-session').click();
    await framesPlay(eve, 'remote-video');
    await framesPlay(dora, 'remote-video');
    await picture(dora, 'session-call');
    await takeCharge(dora, eve);
    await talkInWriting(dora, eve);
    await writeTogether(dora, eve);

    await dora.getByTestId('open-door').click();
    await dora.getByTestId('end-session').click();
    for (const page of [dora, eve]) await page.getByTestId('coming').waitFor();
    // Also by the address of the room: the word of the end may be quicker than the room's closing.
    await eve.goto(eve.url() + '/video');
    await eve.getByTestId('coming').waitFor();
    await expect.poll(() => dora.getByTestId('came').count()).toBe(2);
    await expect.poll(() => eve.getByTestId('came').count()).toBe(1);
    await dora.getByTestId('correct').locator('summary').click();
    await dora.getByTestId('correct-verdict').selectOption('late');
    await dora.getByTestId('correct-reason').fill('Her camera was on late.');
    await isAccessible(dora, 'correcting how somebody came');
    await dora.getByTestId('correct-save').click();
    for (const page of [dora, eve]) await page.getByTestId('corrected').waitFor();
    await dora.getByTestId('open-notes').click();
    await reads(dora, 'Agenda for today');
    await picture(dora, 'session-after');
    await picture(eve, 'session-after-phone-es-dark');
    await isAccessible(dora, 'a session that is over');
    await isAccessible(eve, 'a session that is over, on a phone');
  });
});

/** A hand goes up; its owner is muted and speaks again; the room is locked; and Eve is made a host, who has the door, too. */
async function takeCharge(dora: Page, eve: Page): Promise<void> {
  await eve.getByTestId('raise-hand').click();
  for (const page of [dora, eve]) await page.getByTestId('hands').getByText('1. Eve').waitFor();
  await picture(eve, 'session-hand-phone-es-dark');
  await dora.getByTestId('open-door').click();
  await Promise.all([
    eve.getByText('Dora te silenció').waitFor(),
    eve.locator('[data-testid="toggle-mic"][data-off]').waitFor(),
    dora.getByTestId('microphone-off').click(),
  ]);
  await eve.getByTestId('toggle-mic').click();
  await eve.locator('[data-testid="toggle-mic"]:not([data-off])').waitFor();
  await dora.getByTestId('lock-room').click();
  await dora.getByText('Locked: nobody new').waitFor();
  await picture(dora, 'session-host-inside');
  await isAccessible(dora, 'what a host does within the call');
  await dora.getByTestId('lower-hand').click();
  await eve.getByTestId('hands').waitFor({ state: 'detached' });
  await dora.getByTestId('make-host').click();
  await eve.getByTestId('open-door').waitFor();
  await dora.keyboard.press('Escape');
}

/** Eve writes; Dora's button counts it, her chat shows it with a link that is safe, and whoever loads the page anew has it all. */
async function talkInWriting(dora: Page, eve: Page): Promise<void> {
  await eve.getByTestId('toggle-chat').click();
  await eve.getByTestId('chat-field').fill('Mira https://example.org/guia');
  await eve.keyboard.press('Enter');
  await eve.getByTestId('chat-message').waitFor();
  await dora.locator('[data-testid="toggle-chat"][data-unread="1"]').waitFor();
  await dora.locator('section.lt-call').press('c');
  const link = dora.getByTestId('chat-message').getByRole('link', { name: 'https://example.org/guia' });
  expect(await link.getAttribute('rel')).toContain('noopener');
  await dora.getByTestId('chat-field').fill('<b>Gracias</b>');
  await dora.keyboard.press('Enter');
  await eve.getByText('<b>Gracias</b>').waitFor();
  const thanks = eve.getByTestId('chat-message').last();
  await thanks.getByTestId('chat-more').click();
  await thanks.getByRole('button', { name: 'Reaccionar con 👍' }).click();
  await dora.getByTestId('chat-reaction').waitFor();
  await sendFiles(dora, eve);
  await picture(dora, 'session-chat');
  await picture(eve, 'session-chat-phone-es-dark');
  await isAccessible(dora, 'the chat within the call');
  await isAccessible(eve, 'the chat within the call, on a phone');
  await takeBack(dora);
  await eve.getByText('<b>Gracias</b>').waitFor({ state: 'detached' });
  await dora.getByTestId('chat-field').press('Escape');
  await dora.locator('[data-testid="toggle-chat"]:focus').waitFor();
  await eve.reload();
  await framesPlay(eve, 'remote-video');
  await eve.getByTestId('toggle-chat').click();
  await expect.poll(() => eve.getByTestId('chat-message').count()).toBe(3);
  await expect.poll(() => eve.getByTestId('chat-file').count()).toBe(2);
  await eve.getByTestId('chat').getByRole('button', { name: 'Cerrar' }).click();
}

/** Dora takes back what she wrote: asked once more, and not by one press alone. */
async function takeBack(dora: Page): Promise<void> {
  const thanks = dora.getByTestId('chat-message').filter({ hasText: '<b>Gracias</b>' });
  await thanks.getByTestId('chat-more').click();
  await thanks.getByTestId('chat-take-back').click();
  await thanks.getByText('Take back for everybody?').click();
}

/** Eve types, which Dora sees, and sends a picture and a text; a picture that is none is refused in words, and can be taken away. */
async function sendFiles(dora: Page, eve: Page): Promise<void> {
  const png = await eve.screenshot({ scale: 'css' });
  const plan = { name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('Semana 1: leer') };
  const lie = { name: 'foto.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') };
  await eve
    .getByTestId('chat-files')
    .setInputFiles([{ name: 'pantalla.png', mimeType: 'image/png', buffer: png }, plan, lie]);
  await eve.getByText('Este archivo no es lo que dice su nombre.').waitFor();
  await eve.getByTestId('chat-field').fill('Mi plan');
  // Told now and for a moment: whoever goes on typing is seen, however busy the machine was at the first letter.
  await until('Dora to see who types', async () => {
    await eve.getByTestId('chat-field').press('.');
    return await dora.getByTestId('chat-typing').getByText('is typing').isVisible();
  });
  await picture(eve, 'session-chat-files-phone-es-dark');
  await eve.getByRole('button', { name: 'Quitar foto.png' }).click();
  await expect.poll(() => eve.locator('[data-testid="chat-draft"][data-sent]').count()).toBe(2);
  await eve.getByTestId('chat-send').click();
  const shown = dora.getByTestId('chat-file').getByRole('img', { name: 'pantalla.png' });
  await expect.poll(() => shown.evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(100);
  await dora.getByTestId('chat-typing').getByText('is typing').waitFor({ state: 'detached' });
  const saving = dora.waitForEvent('download');
  await dora.getByRole('link', { name: 'Save plan.txt' }).click();
  expect((await saving).suggestedFilename()).toBe('plan.txt');
}

/** Two write at once, in the call; one loads the page anew and sees all. */
async function writeTogether(dora: Page, eve: Page): Promise<void> {
  for (const page of [dora, eve]) await openNotes(page);
  await dora.getByTestId('notes-page').click();
  await dora.keyboard.type('Plan');
  await dora.keyboard.press('Enter');
  await reads(eve, 'Plan');
  await eve.getByTestId('notes-page').click();
  await eve.keyboard.press('Control+Home');
  await Promise.all([
    dora.keyboard.type('Agenda for today', { delay: 20 }),
    eve.keyboard.type('Nuestro ', { delay: 40 }),
  ]);
  for (const page of [dora, eve]) {
    await reads(page, 'Nuestro Plan', 'Agenda for today');
    await page.locator('[data-state="saved"] [data-testid="notes-state"]').waitFor();
  }
  await dora.locator('.lt-notes-flag').getByText('Eve').waitFor({ state: 'attached' });
  await picture(dora, 'session-notes');
  await picture(eve, 'session-notes-phone-es-dark');
  await isAccessible(dora, 'notes within the call');
  await eve.reload();
  await framesPlay(eve, 'remote-video');
  await openNotes(eve);
  await reads(eve, 'Nuestro Plan', 'Agenda for today');
}

/** By the form, then open day and night: the story must find a time that begins soon. */
async function setHours(dora: Page, url: string): Promise<void> {
  await dora.goto(`${url}/dashboard/hours`);
  await dora.getByTestId('hours-from').first().fill('10:00');
  await dora.getByTestId('save-hours').click();
  await dora.getByTestId('toast').waitFor();
  await dora.getByTestId('offer-title').fill('Portfolio review');
  await dora.getByLabel('Length').selectOption('15');
  await dora.getByTestId('make-offer').click();
  await dora.getByTestId('offer-row').waitFor();
  await dora.getByTestId('withdraw-offer').click();
  await dora.getByTestId('toast-action').click();
  await dora.getByTestId('offer-row').waitFor();
  await picture(dora, 'session-hours', { fullPage: true });
  await isAccessible(dora, 'hours and offers');
  const data = { timeZone: 'UTC', weekly: EVERY_DAY };
  const set = await dora.request.put(`${url}/api/v1/availability`, { data, headers: { origin: url } });
  expect(set.status()).toBe(200);
}
