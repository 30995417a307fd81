import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { framesPlay, openBrowser, signInByForm, type PersonsBrowser } from './support/browser.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

describe('The test room', () => {
  let stage: Stage;
  let dora: PersonsBrowser;
  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    dora = await openBrowser({ viewport: { width: 900, height: 640 } });
    await signInByForm(dora.page, stage.latido.url, 'dora');
  });
  afterAll(async () => {
    await dora?.close();
    await stage?.close();
  });

  test('one person in three tabs: all see each other; attendance counts them', async () => {
    const context = dora.page.context();
    const tabs = [dora.page, await context.newPage(), await context.newPage()];
    for (const [index, tab] of tabs.entries()) await enter(tab, stage.latido.url, `Tab ${index + 1}`);
    for (const tab of tabs) {
      await tab.bringToFront();
      await framesPlay(tab, 'remote-video', 5);
      await framesPlay(tab, 'remote-video-more', 5);
    }
    // What is written is kept with the room.
    const [first, second] = tabs as [Page, Page];
    await first.bringToFront();
    await first.getByTestId('toggle-chat').click();
    await first.getByTestId('chat-field').fill('Hello all');
    await first.keyboard.press('Enter');
    await second.bringToFront();
    await second.getByTestId('toggle-chat').click();
    await second.getByTestId('chat-message').getByText('Hello all').waitFor();
    const admin = stage.admin;
    const { items } = await until('the attendance of the room', async () => {
      const page = await admin.get<{ items: { identity: string; presentMs: number }[] }>(
        '/api/v1/rooms/lab/attendance',
      );
      return page.items.length > 0 ? page : null;
    });
    expect(items[0]?.identity).toContain('person_');
  });
});

async function enter(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/dashboard/video-test`);
  await page.getByTestId('room-name').fill('lab');
  await page.getByTestId('participant-name').fill(name);
  await page.getByTestId('join-room').click();
  await page.getByTestId('local-video').first().waitFor();
}
