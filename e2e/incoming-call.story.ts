import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, signInByForm, openBrowsers } from './support/browser.ts';
import { booksBalance, callIs, type CallAnswer } from './support/call.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed } from './support/until.ts';

const PHONE = { width: 390, height: 844 };

type Invited = CallAnswer & { readonly roomName: string };

describe('A call that comes in', () => {
  let stage: Stage;
  let bob: Page;
  let alice: Page;
  const browsers = openBrowsers();
  const banner = () => bob.getByTestId('incoming-call');
  const invite = async (): Promise<Invited> => {
    const answer = await stage.alice.post<Invited>('/api/v1/calls', { with: 'bob@demo.test' });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const calls = async (): Promise<void> => {
    await alice.goto(`${stage.latido.url}/video`);
    await alice.getByTestId('invite-email').fill('bob@demo.test');
    await alice.getByTestId('start-call').click();
    await banner().waitFor();
  };
  const end = ({ roomName }: Invited) =>
    stage.alice.post('/api/livekit/end-coin-session', { room_name: roomName });

  beforeAll(async () => {
    const [embedded] = stores();
    // Long enough for every step of a slow machine, short enough to wait for once.
    stage = await setStage(embedded!, { LATIDO_RING_MS: '20000' });
    bob = await browsers.pageOf({ viewport: PHONE, locale: 'es-ES', colorScheme: 'dark' });
    alice = await browsers.pageOf();
    await signInByForm(bob, stage.latido.url, 'bob');
    await signInByForm(alice, stage.latido.url, 'alice');
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('reaches who earns on any page, by name; it goes with the call that is over', async () => {
    await bob.goto(`${stage.latido.url}/calls`);
    await bob.getByTestId('me-name').waitFor({ state: 'attached' });
    const call = await invite();
    await timed('invited → Bob reads it on the page of his calls', () => banner().waitFor());
    expect(await banner().textContent()).toContain('Alice');
    expect(await banner().textContent()).toContain('te está llamando');
    await picture(bob, 'incoming-call-phone-es');
    await isAccessible(bob, 'incoming call');
    await end(call);
    await timed('ended → the banner is gone', () => banner().waitFor({ state: 'detached' }));
  });

  test('stays away once it was waved away by Escape, also after a reload; the next one comes', async () => {
    const first = await invite();
    await bob.getByTestId('accept-call').focus();
    await bob.keyboard.press('Escape');
    await banner().waitFor({ state: 'detached' });
    await bob.goto(`${stage.latido.url}/`);
    const heard = bob.waitForResponse((answer) => answer.url().includes('/api/v1/calls?status=waiting'));
    await bob.reload();
    await heard;
    expect(await banner().count()).toBe(0);
    // While it waits, calling him again is the same call (METER-21); a call after it is another one.
    expect((await invite()).callId).toBe(first.callId);
    await end(first);
    // Alice sees that it reaches him; declined it is told as that, without a receipt.
    await calls();
    expect(await banner().count()).toBe(1);
    await alice.getByTestId('ringing').getByText('It is ringing').waitFor();
    await picture(alice, 'ringing');
    await isAccessible(alice, 'ringing');
    await bob.getByTestId('decline-call').click();
    await alice.getByRole('heading', { name: 'Bob declined the call' }).waitFor();
    expect(await alice.getByTestId('see-receipt').count()).toBe(0);
    await banner().waitFor({ state: 'detached' });
  });

  test('is accepted by one key: Bob is in the call; in it no banner is left', async () => {
    await calls();
    expect(await banner().textContent()).toContain('Ganas 7 de 10 monedas por minuto.');
    expect(await bob.title()).toContain('Alice');
    await bob.getByTestId('accept-call').focus();
    await bob.keyboard.press('Enter');
    await bob.waitForURL((address) => address.searchParams.has('room'));
    const room = new URL(bob.url()).searchParams.get('room') ?? '';
    expect(await banner().count()).toBe(0);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    await callIs(stage.alice, room, 'live');
    expect(await banner().count()).toBe(0);

    const other = await invite();
    await timed('called during a call → Bob reads it over the call', () => banner().waitFor());
    await picture(bob, 'incoming-during-call-phone-es');
    await end(other);
    await banner().waitFor({ state: 'detached' });
    expect(await bob.getByTestId('remote-video').count()).toBe(1);
    await alice.getByTestId('hang-up').click();
    await bob.getByTestId('partner-gone').waitFor();
  });

  test('[CALL-23] unanswered it ends by itself: Alice reads it, Bob has missed it, and nothing was paid', async () => {
    await bob.goto(`${stage.latido.url}/calls`);
    await calls();
    await timed('not answered → Alice reads it', () =>
      alice.getByRole('heading', { name: 'Bob did not answer' }).waitFor({ timeout: 60_000 }),
    );
    await picture(alice, 'no-answer');
    expect(await alice.getByTestId('see-receipt').count()).toBe(0);
    expect(await alice.getByTestId('balance').textContent()).toContain('100');
    await bob.getByText('Perdiste una llamada de Alice').waitFor();
    await banner().waitFor({ state: 'detached' });
    await picture(bob, 'missed-phone-es');
    const { items } = await stage.bob.get<{ items: CallAnswer[] }>('/api/v1/calls');
    expect(items[0]).toMatchObject({ endReason: 'no_answer', coins: 0, startedAt: null });
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
