import type { Page, Route } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers } from './support/browser.ts';
import { callIs, callOf } from './support/call.ts';
import { networkProcessOf } from './support/network-process.ts';
import { Pair } from './support/pair.ts';
import { picture } from './support/picture.ts';
import { saidAt, says, type Sentence } from './support/sentences.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { saidBy, toldBy } from './support/told.ts';
import { startUdpRelay, useRelay, type UdpRelay } from './support/udp-relay.ts';
import { timed, until } from './support/until.ts';

const detached = (testId: string, ...pages: Page[]) =>
  Promise.all(pages.map((page) => page.getByTestId(testId).waitFor({ state: 'detached' })));
const leftToComeBack = (graceUntil: string | null): number =>
  graceUntil === null ? Infinity : Date.parse(graceUntil) - Date.now();

/** When the button is pressed, by the one clock of this machine. */
const PRESSED = `new Promise((resolve) =>
  document.addEventListener('click', () => resolve(Date.now()), { capture: true, once: true }))`;

/** What both pages say of every way in which somebody goes, in both languages. */
describe('Who left', () => {
  let stage: Stage;
  let relay: UdpRelay;
  let pair: Pair;
  const browsers = openBrowsers();
  /** Both pages say it, in both languages: hers, and his. */
  const both = (testIds: readonly [string, string], sentences: readonly [Sentence, Sentence]) =>
    Promise.all([
      says(pair.alice.page, testIds[0], sentences[0]),
      says(pair.bob.page, testIds[1], sentences[1]),
    ]);
  const lineOfAlice = () => networkProcessOf(pair.alice.pid);
  const toldAfter = (what: string, from: number, at: number) => console.log(`    ${what}: ${at - from} ms`);

  beforeAll(async () => {
    const [embedded] = stores();
    // A short grace: the stories wait for its end.
    stage = await setStage(embedded!, { LATIDO_GRACE_MS: '15000' });
    relay = await startUdpRelay(stage.media.udpPort);
    pair = new Pair(stage, browsers.browserOf);
    await pair.open(({ page }) => useRelay(page.context(), stage.media.udpPort, relay));
    await pair.meet();
    // For ten seconds after its start the server judges nobody (PRES-F7).
    await until(
      'a server past its start',
      async () => (await callOf(stage.bob, pair.room)).billableMs >= 10_000,
    );
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail')
      console.log(`What is known of it:\n${await pair.facts().catch(String)}`);
  });
  afterAll(async () => {
    await browsers.closeAll();
    relay?.close();
    await stage?.close();
  });

  test('[PRES-F1] a reload: nobody is blamed for a lost connection, the call is the same', async () => {
    await pair.hear();
    await pair.alice.page.reload();
    await pair.areTogether();
    const { alice, bob } = await pair.said();
    expect(alice).toEqual([]);
    // A machine that takes two seconds for it may say that she closed the page, and nothing else.
    expect([[], ['closedPage']]).toContainEqual(bob);
    expect((await callOf(stage.bob, pair.room)).callId).toBe(pair.callId);
  });

  test.each([
    ['that Bob is told of', Infinity],
    ['of some six seconds', 11_000],
  ])('[NOTE-7] a slow reload %s: one cause, “is back” once', async (_which, goOnWithMs) => {
    await pair.hear();
    const { page } = pair.alice;
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    // The page itself comes: until it does the browser keeps the old one, which lives.
    const hold = async (route: Route) => {
      await held;
      await route.continue();
    };
    await page.route('**/*.js', hold, { times: 1 });
    const reloaded = page.reload();
    await says(pair.bob.page, 'partner-reconnecting', 'closedPage');
    await until('the countdown to have come so far', async () => {
      const { graceUntil } = await stage.bob.get<{ graceUntil: string | null }>(
        `/api/v1/calls/${pair.callId}`,
      );
      return leftToComeBack(graceUntil) <= goOnWithMs;
    });
    goOn();
    await reloaded;
    await page.unrouteAll();
    await pair.areTogether();
    expect(await pair.said()).toEqual({ alice: [], bob: ['closedPage'] });
    await until('“is back”', async () => (await pair.notices()).includes('back'));
    const [gone, ...then] = await pair.notices();
    // A machine that is slow to tell it may have seen her next page coming by then: the one before has left for good.
    expect(['left unreachable left', 'left left left']).toContain(gone);
    expect(then).toEqual(['back']);
  });

  test('[PRES-F17] a short cut: a doubt at most, and both are where they were', async () => {
    await pair.hear();
    const line = lineOfAlice();
    process.kill(line, 'SIGSTOP');
    await saidBy(pair.bob.page, 'screen:partner_suspected').finally(() => process.kill(line, 'SIGCONT'));
    await pair.areTogether();
    const { alice, bob } = await pair.said();
    // A machine that takes a second for it may make it a longer one.
    expect([[], ['iReconnect']]).toContainEqual(alice);
    expect([[], ['reconnecting']]).toContainEqual(bob);
    const doubts = (await toldBy(pair.bob.page)).filter(({ what }) => what === 'screen:partner_suspected');
    expect(doubts).toHaveLength(1);
  });

  test('[PRES-F12] UDP is blocked, signalling alive: both are told whose picture stands, until it moves', async () => {
    await pair.hear();
    const from = Date.now();
    relay.block();
    await both(['media-frozen', 'media-frozen'], ['iFreeze', 'frozen']);
    toldAfter('UDP blocked → Bob is told', from, await saidAt(pair.bob.page, 'media-frozen'));
    toldAfter('UDP blocked → Alice is told', from, await saidAt(pair.alice.page, 'media-frozen'));
    relay.heal();
    await detached('media-frozen', pair.alice.page, pair.bob.page);
    await pair.areTogether();
    expect(await pair.said()).toEqual({ alice: ['media-frozen'], bob: ['media-frozen'] });
  });

  test('[REACT-MEDIA-AWAY] a media server that is started again is told as that to both, and of nobody', async () => {
    await pair.hear();
    const from = Date.now();
    await stage.media.kill();
    await both(['media-away', 'media-away'], ['mediaAway', 'mediaAway']);
    toldAfter('LiveKit killed → Alice is told', from, await saidAt(pair.alice.page, 'mediaAway'));
    toldAfter('LiveKit killed → Bob is told', from, await saidAt(pair.bob.page, 'mediaAway'));
    await picture(pair.alice.page, 'media-away');
    await picture(pair.bob.page, 'media-away-es');
    await timed('LiveKit started again → both pictures move', async () => {
      await stage.media.start();
      await detached('media-away', pair.alice.page, pair.bob.page);
      await pair.areTogether();
    });
    expect(await pair.said()).toEqual({ alice: ['mediaAway'], bob: ['mediaAway'] });
    expect(await pair.notices()).toEqual([]);
  });

  test('[WEB-AWAY] a server that is started again: both are told that, and nothing of each other', async () => {
    await pair.hear();
    await stage.latido.kill();
    await both(['server-away', 'server-away'], ['serverAway', 'serverAway']);
    await stage.latido.start();
    await timed('the server is back → both pages say so no more', () =>
      detached('server-away', pair.alice.page, pair.bob.page),
    );
    await pair.areTogether();
    expect(await pair.said()).toEqual({ alice: ['server-away'], bob: ['server-away'] });
    await callIs(stage.bob, pair.room, 'live');
    expect(await pair.notices()).toEqual([]);
  });

  test('[WEB-LEAVE] closing the tab in a call is asked for, and staying keeps the call', async () => {
    const { page } = pair.alice;
    await pair.hear();
    const asked = new Promise<string>((resolve) => {
      page.once('dialog', (dialog) => {
        resolve(dialog.type());
        void dialog.dismiss();
      });
    });
    await page.close({ runBeforeUnload: true });
    expect(await asked).toBe('beforeunload');
    await pair.areTogether();
    expect(await pair.said()).toEqual({ alice: [], bob: [] });
  });

  test('[REACT-FIRST] a hang-up is told on the other page at once, by name', async () => {
    await pair.hear();
    const [pressedAt] = await Promise.all([
      pair.alice.page.evaluate<number>(PRESSED),
      pair.alice.page.getByTestId('hang-up').click(),
    ]);
    toldAfter('Alice presses → Bob’s page says it', pressedAt, await saidAt(pair.bob.page, 'hungUp'));
    await both(['summary', 'partner-gone'], ['iEnded', 'hungUp']);
    expect((await pair.said()).bob).toEqual(['hungUp']);
  });

  test('[REACT-AWAY] a closed tab: told as that with the seconds to come back, and as the end of the call', async () => {
    await pair.meet();
    const { callId } = pair;
    const from = Date.now();
    await pair.alice.page.close();
    await says(pair.bob.page, 'partner-reconnecting', 'closedPage');
    toldAfter('Alice closes the tab → Bob is told', from, await saidAt(pair.bob.page, 'closedPage'));
    await pair.bob.page.getByText('segundos para volver').waitFor();
    await picture(pair.bob.page, 'partner-closed-page');
    expect(await callIs(stage.bob, pair.room, 'ended')).toMatchObject({
      endReason: 'left',
      endedBy: stage.alice.personId,
    });
    await says(pair.bob.page, 'partner-gone', 'left');
    await pair.nextTab();
    expect((await pair.said()).bob).toEqual(['closedPage', 'left']);
    expect(await pair.notices()).toEqual(['left unreachable left', 'left left left', 'left ended left']);
    await pair.alice.page.goto(`${stage.latido.url}/calls/${callId}`);
    await says(pair.alice.page, 'call-status', 'listLeft');
  });

  test.each([
    ['killed', false],
    ['killed, muted', true],
  ])('[PRES-F3] a browser that is %s: its connection is lost, by name', async (how, muted) => {
    await pair.meet();
    const { callId } = pair;
    if (muted) {
      await pair.alice.page.getByTestId('toggle-mic').click();
      await pair.alice.page.getByTestId('toggle-camera').click();
      await pair.bob.page.getByTestId('tile-mic-off').waitFor();
    }
    const from = Date.now();
    pair.alice.kill();
    await says(pair.bob.page, 'partner-reconnecting', 'reconnecting');
    toldAfter(`Alice’s browser ${how} → Bob is told`, from, await saidAt(pair.bob.page, 'reconnecting'));
    expect(await callIs(stage.bob, pair.room, 'ended')).toMatchObject({
      endReason: 'lost_connection',
      endedBy: 'system',
    });
    await says(pair.bob.page, 'partner-gone', 'lost');
    await pair.loseAlice();
    await pair.open();
    expect((await pair.said()).bob).toEqual(['reconnecting', 'lost']);
    // Her page died with her browser: the next one says it in the list of her calls.
    await pair.alice.page.goto(`${stage.latido.url}/calls/${callId}`);
    await says(pair.alice.page, 'call-status', 'listLost');
  });

  test('[REACT-LOST] whoever was cut off reads that, with what it cost; the other reads who it was', async () => {
    await pair.meet();
    const line = lineOfAlice();
    const from = Date.now();
    process.kill(line, 'SIGSTOP');
    try {
      await both(['me-reconnecting', 'partner-reconnecting'], ['iReconnect', 'reconnecting']);
      toldAfter('the line is cut → Bob is told', from, await saidAt(pair.bob.page, 'reconnecting'));
      toldAfter('the line is cut → Alice is told', from, await saidAt(pair.alice.page, 'iReconnect'));
      await callIs(stage.bob, pair.room, 'ended');
      await says(pair.bob.page, 'partner-gone', 'lost');
      expect(await pair.said()).toEqual({ alice: ['iReconnect'], bob: ['reconnecting', 'lost'] });
    } finally {
      process.kill(line, 'SIGCONT');
    }
    await says(pair.alice.page, 'partner-gone', 'iLost');
    expect(await pair.alice.page.getByTestId('partner-gone').textContent()).toContain('It cost you nothing.');
    await picture(pair.alice.page, 'me-lost');
    expect((await pair.said()).alice).toEqual(['iReconnect', 'iLost']);
  });

  test('[WEB-AWAY] on a page outside of calls a server that is away is told, and untold', async () => {
    const { page } = pair.alice;
    await page.goto(`${stage.latido.url}/calls`);
    await page.getByTestId('call-row').first().waitFor();
    await stage.latido.kill();
    await page.getByTestId('server-away').waitFor();
    await picture(page, 'server-away-history');
    await stage.latido.start();
    await timed('the server is back → the page says so no more', () => detached('server-away', page));
  });
});
