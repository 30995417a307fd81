import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers } from './support/browser.ts';
import { callIs } from './support/call.ts';
import { picture } from './support/picture.ts';
import { PASSWORD } from './support/server.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';
import { servePage, type ServedPage } from './support/vite.ts';

/** `packages/react/example`: a stranger's page with the component, its style sheet and the three props. */
describe('VideoCallRoom alone in a bare React page', () => {
  let stage: Stage;
  let served: ServedPage;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    served = await servePage('packages/react/example', { latidoUrl: stage.latido.url });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await served?.close();
    await stage?.close();
  });
  const signIn = async (page: Page, name: string): Promise<void> => {
    const answer = await page.request.post(`${served.url}/api/auth/sign-in/email`, {
      data: { email: `${name}@demo.test`, password: PASSWORD },
      headers: { origin: served.url },
    });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  const visit = (page: Page, name: string) => page.goto(`${served.url}/?room=bare&name=${name}`);
  const state = (page: Page, is: string) =>
    page.locator(`[data-testid="partner-state"][data-state="${is}"]`).waitFor();

  test('asks for its token once, connects, shows both and the meter, and says why it ended', async () => {
    const [alice, bob] = await Promise.all([browsers.pageOf(), browsers.pageOf()]);
    let tokens = 0;
    alice.on('request', (request) => {
      if (request.url().includes('/api/livekit/token')) tokens += 1;
    });

    await visit(alice, 'Alice');
    const failed = alice.getByTestId('call-failed');
    await failed.waitFor();
    expect(await failed.getAttribute('data-code')).toBe('sign_in');
    await isAccessible(alice, 'bare page, not signed in');

    await Promise.all([signIn(alice, 'alice'), signIn(bob, 'bob')]);
    tokens = 0;
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await alice.route('**/api/livekit/token-secure', (route) => held.then(() => route.continue()));
    await alice.getByTestId('retry').click();
    await state(alice, 'connecting');
    letGo();
    await alice.getByTestId('waiting-partner').waitFor();
    expect(tokens).toBe(1);

    await visit(bob, 'Bob');
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    await Promise.all([framesPlay(alice, 'local-video'), state(alice, 'live')]);
    await callIs(stage.alice, 'bare', 'live');
    await until('a meter that runs', async () => {
      const shown = await alice.getByTestId('meter-elapsed').textContent();
      return shown !== '00:00';
    });
    await picture(alice, 'bare-page');
    await isAccessible(alice, 'bare page, in the call');

    await alice.getByTestId('hang-up').click();
    const gone = bob.getByTestId('partner-gone');
    await gone.waitFor();
    expect(await gone.getAttribute('data-reason')).toBe('hung_up');
    await alice.getByTestId('call-ended').waitFor();
    await until('both pages to be told', async () => {
      const titles = [await alice.title(), await bob.title()];
      return titles.join() === 'hung_up by me,hung_up by partner';
    });
  });
});
