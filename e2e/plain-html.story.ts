import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@latido/tools/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers } from './support/browser.ts';
import { picture } from './support/picture.ts';
import { PASSWORD } from './support/server.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { Hopeless, until } from './support/until.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** `examples/plain-html` as its README starts it, on another origin than Latido. */
describe('The example in one HTML page', () => {
  let stage: Stage;
  let example: ChildProcess;
  let url: string;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    const port = await freePort();
    url = `http://localhost:${port}`;
    stage = await setStage(embedded!, { LATIDO_ORIGINS: url });
    const env = { ...process.env, PORT: String(port), LATIDO_URL: stage.latido.url };
    example = spawn(process.execPath, ['examples/plain-html/serve.mjs'], { cwd: ROOT, stdio: 'ignore', env });
    await until(
      'the example',
      async () => {
        if (example.exitCode !== null) throw new Hopeless(`it ended with ${example.exitCode}`);
        return (await fetch(url)).ok;
      },
      170_000,
    );
  });
  afterAll(async () => {
    await browsers.closeAll();
    if (example && example.exitCode === null) {
      const gone = once(example, 'exit');
      example.kill();
      await gone;
    }
    await stage?.close();
  });

  test('two sign in, see and hear each other, the meter runs, and both read how it ended', async () => {
    const [alice, bob] = await Promise.all([browsers.pageOf(), browsers.pageOf()]);
    await Promise.all([join(alice, 'alice'), join(bob, 'bob')]);
    for (const page of [alice, bob])
      for (const video of ['#own', '#partner'])
        await until(`pictures in ${video}`, () => page.locator(video).evaluate(PLAYS));
    await until('sound that arrives', () => alice.locator('audio').evaluate((one) => 'srcObject' in one));
    await alice.getByText('Bob is here.').waitFor();
    await expect
      .poll(() => alice.locator('#meter').textContent())
      .toMatch(/^00:0[1-9] · \d+ coins spent · \d+ left$/);
    await expect.poll(() => bob.locator('#meter').textContent()).toMatch(/coins earned$/);
    await picture(alice, 'plain-html');
    await alice.locator('#hang-up').click();
    await alice.getByText('The call has ended (hung_up, by you): ').waitFor();
    await bob.getByText('The call has ended (hung_up, by Alice): ').waitFor();
    await bob.locator('#door').waitFor();
  });

  async function join(page: Page, name: string): Promise<void> {
    await page.goto(url);
    await page.getByLabel('E-mail').fill(`${name}@demo.test`);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in and join' }).click();
    await page.locator('#call').waitFor();
    await page.locator('#door').waitFor({ state: 'hidden' });
  }
});

/** Whether frames of a video have been shown. */
const PLAYS = (node: unknown): boolean => {
  const video = node as { videoWidth: number; getVideoPlaybackQuality(): { totalVideoFrames: number } };
  return video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 5;
};
