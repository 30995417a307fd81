import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';

/** A page that was in a call with the camera off, and is loaded anew. */
describe('A preview with the camera off', () => {
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

  /** What the page asked the browser for, and which tracks it holds open. */
  const asked = (page: Page) =>
    page.evaluate(() => (globalThis as unknown as { asked: MediaStreamConstraints[] }).asked);
  const open = (page: Page) =>
    page.evaluate(() =>
      (globalThis as unknown as { tracks: MediaStreamTrack[] }).tracks
        .filter(({ readyState }) => readyState === 'live')
        .map(({ kind }) => kind)
        .toSorted(),
    );

  test('[CALL-67] the camera is not opened until it is turned on, and let go of when it is turned off', async () => {
    const { url } = stage.latido;
    const { page } = await browsers.browserOf();
    await signInByForm(page, url, 'alice');
    await page.addInitScript(() => {
      const seen = globalThis as unknown as { asked: MediaStreamConstraints[]; tracks: MediaStreamTrack[] };
      seen.asked = [];
      seen.tracks = [];
      const devices = navigator.mediaDevices;
      const real = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (constraints = {}) => {
        seen.asked.push(constraints);
        const stream = await real(constraints);
        seen.tracks.push(...stream.getTracks());
        return stream;
      };
    });
    await page.goto(`${url}/find`);
    await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    expect(await open(page)).toEqual(['audio', 'video']);
    await page.evaluate(() => {
      const media = { audio: true, video: false };
      sessionStorage.setItem('latido.call', JSON.stringify({ callId: 'call_1', roomName: 'room-1', media }));
    });
    await page.reload();
    await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    expect(await asked(page)).toEqual([{ audio: true, video: false }]);
    expect(await open(page)).toEqual(['audio']);
    await picture(page, 'preview-camera-off');
    await page.getByTestId('preview-camera').click();
    await page.getByTestId('preview-video').waitFor();
    expect((await asked(page)).at(-1)).toEqual({ audio: false, video: true });
    expect(await open(page)).toEqual(['audio', 'video']);
    await page.getByTestId('preview-camera').click();
    await page.getByTestId('preview-video').waitFor({ state: 'detached' });
    expect(await open(page)).toEqual(['audio']);
  });
});
