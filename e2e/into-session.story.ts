import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { sitIn } from './support/flasher.ts';
import type { Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { everybody, sessionOf } from './support/session.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

/** Alice has booked Dora, and talks with Bob as the session begins. Only she has a page: where she comes into the session. */
describe('A session that begins while one is in a call', () => {
  let stage: Stage;
  const browsers = openBrowsers();
  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!, { LATIDO_CONNECT_MS: '60000' });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  /** Comes into the call that matching has made, as its page would. */
  const goesIn = async (who: Caller) => {
    const state = await until('a call of matching', async () => {
      const found = await who.get<{ token?: string; wsUrl?: string }>('/api/v1/matching');
      return found.token !== undefined && found.wsUrl !== undefined ? found : null;
    });
    return await sitIn({ token: state.token!, wsUrl: state.wsUrl! }, { flashes: false });
  };

  test('[CALL-66] she is told that she is in another call, ends it from there and comes in', async () => {
    const { url } = stage.latido;
    const { alice } = stage;
    const [dora, bob] = await everybody(url, 'dora', 'bob');
    const session = await sessionOf(stage.latido, { host: dora!, guests: [alice] });
    const mentor = await session.sit(dora!, { flashes: true });
    await bob!.post('/api/v1/matching/on-air', {});
    await alice.post('/api/v1/matching/waiting', { connectAtOnce: true });
    await Promise.all([goesIn(alice), goesIn(bob!)]);
    const callId = await until('they talk', async () => {
      const { state, callId: of } = await alice.get<{ state: string; callId?: string }>('/api/v1/matching');
      return state === 'in_call' ? of : null;
    });

    const { page } = await browsers.browserOf();
    await signInByForm(page, url, 'alice');
    await page.goto(`${url}/dashboard/sessions/${session.id}/video`);
    await page.locator('[data-testid="call-failed"][data-code="elsewhere"]').waitFor();
    await picture(page, 'session-elsewhere');
    await isAccessible(page, 'a session while one is in a call');
    await page.getByTestId('leave-other').click();
    await framesPlay(page, 'remote-video');
    expect(await alice.get(`/api/v1/calls/${callId}`)).toMatchObject({
      status: 'ended',
      endReason: 'hung_up',
    });
    await mentor.leave();
  });
});
