import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { framesPlay, openBrowser, signInByForm, type PersonsBrowser } from './support/browser.ts';
import { isAccessible } from './support/accessibility.ts';
import { signIn } from './support/people.ts';
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

describe('The connection test', () => {
  let stage: Stage;
  let dora: PersonsBrowser;
  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    dora = await openBrowser({ viewport: { width: 390, height: 844 } });
    await signInByForm(dora.page, stage.latido.url, 'dora');
  });
  afterAll(async () => {
    await dora?.close();
    await stage?.close();
  });

  test('[CALL-31] tries what a call needs, says it in words, and is kept', async () => {
    const { page } = dora;
    await page.goto(`${stage.latido.url}/dashboard/connection-test`);
    await page.getByTestId('start-test').click();
    // The media server beside us has no TCP: a step that does not pass, and does no harm.
    await page.getByTestId('verdict').waitFor({ timeout: 120_000 });
    const states = await page
      .locator('[data-testid^="state-"]')
      .evaluateAll((all) => all.map(({ dataset }) => `${dataset['testid']} ${dataset['state']}`));
    expect(states).toEqual([
      'state-camera passed',
      'state-microphone passed',
      'state-signalling passed',
      'state-udp passed',
      'state-publish passed',
      'state-subscribe passed',
      'state-tcp failed',
    ]);
    expect(await page.getByTestId('verdict').getAttribute('data-verdict')).toBe('noTcp');
    await page.locator('[data-testid="kept"][data-kept="true"]').waitFor();
    await isAccessible(page, 'the connection test');
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('download-report').click(),
    ]);
    expect(file.suggestedFilename()).toBe('latido-connection-test.json');
    const caller = await signIn(stage.latido.url, 'dora');
    const { items } = await caller.get<{ items: { steps: { step: string }[] }[] }>(
      '/api/v1/connection-tests',
    );
    expect(items.map(({ steps }) => steps.length)).toEqual([7]);
  });
});

async function enter(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/dashboard/video-test`);
  await page.getByTestId('room-name').fill('lab');
  await page.getByTestId('participant-name').fill(name);
  await page.getByTestId('join-room').click();
  await page.getByTestId('local-video').first().waitFor();
}
