import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { onAnotherDay } from './support/other-day.ts';
import { signIn, type Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

/** Thursday noon in Madrid. On Sunday the clock goes forward there, and in Bogotá it never does. */
const THURSDAY = '2027-03-25T11:00:00Z';
const FRIDAY = '2027-03-26T09:00:00.000Z';
const MONDAY = '2027-03-29T08:00:00.000Z';

interface BookingAnswer {
  readonly id: string;
  readonly startsAt: string;
}

describe('A session across the change of clocks, from another time zone', () => {
  let stage: Stage;
  let url: string;
  let mentor: Caller;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!, onAnotherDay(THURSDAY));
    url = stage.latido.url;
    mentor = await signIn(url, 'dora');
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('[MENTOR-1] ten o’clock stays ten o’clock, each page says whose time it shows, and nobody starts before it', async () => {
    const dora = await browsers.pageOf({ timeZone: 'Europe/Madrid' });
    const eve = await browsers.pageOf({
      locale: 'es-ES',
      timeZone: 'America/Bogota',
      viewport: { width: 390, height: 844 },
    });
    await Promise.all([signInByForm(dora, url, 'dora'), signInByForm(eve, url, 'eve')]);
    await setHours(dora, url);

    await eve.goto(`${url}/mentors/${mentor.personId}`);
    await books(eve, '04:00', '10:00 en Europe/Madrid');
    await picture(eve, 'session-before-the-change-es');
    await eve.goto(`${url}/mentors/${mentor.personId}`);
    await books(eve, '03:00', '10:00 en Europe/Madrid');
    await picture(eve, 'session-after-the-change-es');
    await isAccessible(eve, 'a session in two time zones');

    const { items } = await mentor.get<{ items: BookingAnswer[] }>('/api/v1/bookings');
    expect(items.map(({ startsAt }) => startsAt).toSorted()).toEqual([FRIDAY, MONDAY]);
    await dora.goto(`${url}/dashboard/sessions`);
    await dora.getByTestId('session-row').nth(1).waitFor();
    const rows = await dora.getByTestId('session-row').allInnerTexts();
    for (const row of rows) expect(row).toMatch(/10:00/);
    expect(rows.join(' ')).not.toMatch(/0[348]:00|Bogota/);
    await picture(dora, 'sessions-across-the-change');

    const friday = items.find(({ startsAt }) => startsAt === FRIDAY)?.id ?? '';
    await isTooEarly(dora, friday);
    const file = await mentor.text(`/api/v1/bookings/${friday}/calendar.ics`, 'text/calendar');
    expect(file).toContain('DTSTART:20270326T090000Z');
    await eve.goto(`${url}/dashboard/sessions/${friday}/video`);
    await eve.getByText('Esta sesión no está en curso').waitFor();
  });

  /** By the button, which says from when on; and by the interface, in words. */
  const isTooEarly = async (dora: Page, id: string): Promise<void> => {
    await dora.goto(`${url}/dashboard/sessions/${id}`);
    await dora.getByText(/You can start it from .*9:45/).waitFor();
    expect(await dora.getByTestId('start-session').isDisabled()).toBe(true);
    await picture(dora, 'session-too-early');
    const started = await mentor.post<{ code: string; detail: string }>(`/api/v1/bookings/${id}/start`);
    expect(started).toMatchObject({ status: 409, body: { code: 'booking.too_early' } });
    expect(started.body.detail).toContain('2027-03-26T08:45');
    const token = await mentor.post<{ code: string; detail: string }>(`/api/v1/bookings/${id}/token`);
    expect(token).toMatchObject({ status: 403, body: { code: 'booking.not_started' } });
    expect(token.body.detail).toContain('2027-03-26T09:00');
  };
});

/** Mondays and Fridays from ten to eleven where she lives: on each day one time. */
async function setHours(dora: Page, url: string): Promise<void> {
  await dora.goto(`${url}/dashboard/hours`);
  await dora.getByTestId('add-hours').click();
  await dora.getByTestId('hours-from').nth(1).waitFor();
  await dora.getByLabel('Day', { exact: true }).nth(1).selectOption('5');
  for (const n of [0, 1]) {
    await dora.getByTestId('hours-from').nth(n).fill('10:00');
    await dora.getByTestId('hours-to').nth(n).fill('11:00');
  }
  await dora.getByTestId('save-hours').click();
  await dora.getByTestId('toast').waitFor();
  await dora.getByTestId('offer-title').fill('Portfolio review');
  await dora.getByLabel('Length').selectOption('60');
  await dora.getByTestId('make-offer').click();
  await dora.getByTestId('offer-row').waitFor();
}

/** Books the first time that is free. */
async function books(page: Page, ownTime: string, theirTime: string): Promise<void> {
  await page.getByText('America/Bogota').first().waitFor();
  const [slot, chosen] = [page.getByTestId('slot').first(), page.getByTestId('chosen')];
  await slot.filter({ hasText: ownTime }).click();
  await chosen.filter({ hasText: ownTime }).filter({ hasText: theirTime }).waitFor();
  await page.getByTestId('book').click();
  await page.getByTestId('door').waitFor();
  await page.getByText(`${ownTime}–`).first().waitFor();
  await page.getByText(theirTime).first().waitFor();
}
