import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { callIs, join } from './support/call.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

const UPRIGHT = { width: 390, height: 844 };
const NARROW = { width: 360, height: 740 };
const ON_ITS_SIDE = { width: 740, height: 360 };
/** Sixty characters. */
const LONG_NAME = 'Maximiliana Guadalupe de los Ángeles Fernández de Echeverría';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const apart = (a: Box, b: Box): boolean =>
  a.x + a.width <= b.x + 1 ||
  b.x + b.width <= a.x + 1 ||
  a.y + a.height <= b.y + 1 ||
  b.y + b.height <= a.y + 1;

async function boxOf(what: Locator): Promise<Box> {
  const box = await what.boundingBox();
  if (!box) throw new Error('it is not to be seen');
  return box;
}

/** What the dock shows; beside the chat's button it has no place for sharing the screen, which is behind More then. */
const CONTROL = '.lt-control:not(.lt-share), .lt-share:visible';

/** All of these are whole within the window, and none lies on another. */
async function standApart(page: Page, selectors: readonly string[]): Promise<void> {
  const size = page.viewportSize() ?? UPRIGHT;
  const found: [string, Box][] = [];
  for (const selector of selectors) {
    await page.locator(selector).first().waitFor();
    for (const each of await page.locator(selector).all()) found.push([selector, await boxOf(each)]);
  }
  for (const [n, [selector, box]] of found.entries()) {
    const inside =
      box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
    expect({ selector, box, size, inside }).toMatchObject({ inside: true });
    for (const [other, at] of found.slice(n + 1))
      expect({ selector, box, other, at, apart: apart(box, at) }).toMatchObject({ apart: true });
  }
}

describe('On a phone', () => {
  let stage: Stage;
  const browsers = openBrowsers();
  const pageOf = async (person: string): Promise<Page> => {
    const sitter = person === 'alice' ? 'alice' : 'bob';
    const page = await browsers.pageOf({ viewport: UPRIGHT, locale: 'es-MX', sitter });
    await signInByForm(page, stage.latido.url, person);
    return page;
  };

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('with a name of sixty characters: head, dock and rows are whole, upright and on its side', async () => {
    const { url } = stage.latido;
    const [alice, bob] = await Promise.all([pageOf('alice'), pageOf('bob')]);
    const rename = { method: 'PATCH', headers: { 'content-type': 'application/json' } };
    const body = JSON.stringify({ name: LONG_NAME });
    await bob.evaluate(`fetch('/api/v1/me', ${JSON.stringify({ ...rename, body })})`);
    await join(alice, url, 'phone');
    await alice.getByTestId('waiting-partner').waitFor();
    await standApart(alice, ['.lt-top > .lt-glass', '.lt-message', '.lt-self', '.lt-dock']);
    await join(bob, url, 'phone');
    await framesPlay(alice, 'remote-video');
    await callIs(stage.alice, 'phone', 'live');
    for (const [name, size] of Object.entries({ upright: UPRIGHT, narrow: NARROW, side: ON_ITS_SIDE })) {
      await alice.setViewportSize(size);
      await picture(alice, `phone-live-${name}`);
      await standApart(alice, ['.lt-partner', '.lt-meter', '.lt-self', CONTROL]);
      expect(await isWhole(alice.getByTestId('partner-state'))).toBe(true);
    }
    await alice.setViewportSize(UPRIGHT);
    await writeTo(alice, bob);
    await alice.setViewportSize(ON_ITS_SIDE);
    await alice.getByTestId('devices').click();
    await standApart(alice, ['.lt-sheet', CONTROL, '[data-testid="open-recording"]']);
    await picture(alice, 'phone-devices-side');
    await alice.getByTestId('hang-up').click();
    await alice.getByTestId('summary').waitFor();
    await alice.setViewportSize(NARROW);
    await picture(alice, 'phone-summary', { fullPage: true });
    await alice.goto(`${url}/calls`);
    await alice.getByTestId('call-row').first().waitFor();
    await picture(alice, 'phone-history', { fullPage: true });
    // Nothing is pushed out of sight, and each row has the time and the coins.
    await standApart(alice, ['[data-testid="call-row"] > td']);
  });

  test('three in a room: each has their own trace, nobody is covered, and who shares is told so', async () => {
    const { url } = stage.latido;
    const pages = await Promise.all(['dora', 'admin', 'alice'].map(pageOf));
    for (const page of pages) {
      await page.goto(`${url}/dashboard/video-test`);
      await page.getByTestId('room-name').fill('lab');
      await page.getByTestId('join-room').click();
    }
    const [dora] = pages as [Page];
    await framesPlay(dora, 'remote-video');
    await dora.getByTestId('remote-video-more').first().waitFor();
    for (const size of [UPRIGHT, ON_ITS_SIDE]) {
      await dora.setViewportSize(size);
      await picture(dora, `phone-three-${size.width}`);
      await standApart(dora, ['.lt-tile', '.lt-dock']);
      expect(await dora.locator('.lt-tile:not(.lt-own) .lt-trace').count()).toBe(2);
      expect(await dora.getByTestId('local-video').count()).toBe(1);
    }
    await dora.getByTestId('devices').click();
    await dora.getByTestId('share-screen').click();
    await dora.getByTestId('sharing').waitFor();
    await picture(dora, 'phone-sharing');
    await pages[1]?.locator('.lt-tile[data-source="screen_share"] video').first().waitFor();
    await dora.getByTestId('sharing').getByRole('button').click();
    await dora.getByTestId('sharing').waitFor({ state: 'detached' });
  });
});

/** Whether a text is shown without being cut. */
async function isWhole(text: Locator): Promise<boolean> {
  return text.evaluate((node) => node.scrollWidth <= node.clientWidth);
}

/** In a paid call of two, too: one writes on a phone with a file, the other is told and reads it. */
async function writeTo(alice: Page, bob: Page): Promise<void> {
  await alice.getByTestId('toggle-chat').click();
  const buffer = Buffer.from('Semana 1: leer');
  await alice.getByTestId('chat-files').setInputFiles([{ name: 'plan.txt', mimeType: 'text/plain', buffer }]);
  await alice.locator('[data-testid="chat-draft"][data-sent]').waitFor();
  await alice.getByTestId('chat-field').fill('Hola');
  await alice.getByTestId('chat-send').click();
  await alice.getByTestId('chat-file').waitFor();
  await bob.locator('[data-testid="toggle-chat"][data-unread="1"]').waitFor();
  await bob.getByTestId('toggle-chat').click();
  await bob.getByTestId('chat-file').getByText('plan.txt').first().waitFor();
  await picture(alice, 'phone-chat');
  await alice.getByTestId('chat-field').press('Escape');
}
