import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { booksBalance, callIs, chargesOf } from './support/call.ts';
import { keepOpened, ownCamera } from './support/own-camera.ts';
import { signIn, type Caller } from './support/people.ts';
import { isKept, picture } from './support/picture.ts';
import { isQuiet } from './support/said.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';
import { everyView } from './support/views.ts';
import { nothingHeld } from './support/wallet.ts';

const partner = (page: Page) => page.getByTestId('partner-name').innerText();
const isOnAir = (page: Page) => page.locator('[data-testid="air"][data-on]').waitFor();
const isLive = (page: Page) => page.locator('[data-testid="partner-state"][data-state="live"]').waitFor();

/** The call that somebody is in, as matching tells it. */
interface MatchedCall {
  readonly callId: string;
  readonly roomName: string;
}

/** An offer stands for seconds: of the tests one look has to do. */
async function seen(page: Page, name: string): Promise<void> {
  if (isKept) return await everyView(page, name);
  await picture(page, name.replaceAll(' ', '.'));
  await isAccessible(page, name);
}

/** Two who look for somebody, two who take calls, on one real media server. */
describe('People who find each other', () => {
  let stage: Stage;
  let url: string;
  let callers: Record<'eve' | 'dora', Caller>;
  const browsers = openBrowsers();

  const pageOf = async (name: string, options = {}): Promise<Page> => {
    const page = await browsers.pageOf(options);
    await keepOpened(page);
    await signInByForm(page, url, name);
    return page;
  };

  beforeAll(async () => {
    const [embedded] = stores();
    // A slow machine takes its time to join a room.
    stage = await setStage(embedded!, { LATIDO_CONNECT_MS: '60000' });
    url = stage.latido.url;
    const [eve, dora] = await Promise.all([signIn(url, 'eve'), signIn(url, 'dora')]);
    callers = { eve: eve!, dora: dora! };
    const admin = (method: string, path: string, body: object) =>
      fetch(`${url}/api/v1/${path}`, {
        method,
        headers: {
          authorization: `Bearer ${stage.admin.bearer}`,
          'content-type': 'application/json',
          'idempotency-key': 'evening',
        },
        body: JSON.stringify(body),
      });
    const evening = { coins: 100, memo: 'For the evening' };
    expect((await admin('POST', `wallets/${callers.eve.personId}/grants`, evening)).status).toBe(201);
    // With her a minute is paid as it begins: an evening of seconds brings something, too.
    const begun = { id: 'begun', name: 'Begun minutes', policy: 'started-minute', price: 10 };
    expect((await admin('POST', 'plans', begun)).status).toBe(201);
    expect((await admin('PUT', 'plans', { with: callers.dora.personId, plans: ['begun'] })).status).toBe(200);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('[MATCH-6] found, talked, next with the same camera, rated, reported, never again', async () => {
    const [alice, bob, dora] = await Promise.all([pageOf('alice'), pageOf('bob'), pageOf('dora')]);
    await alice.goto(`${url}/find`);
    await alice.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await everyView(alice, 'find, nobody on air');
    await bob.goto(`${url}/on-air`);
    await bob.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await everyView(bob, 'desk, off air');
    await bob.getByTestId('go-on-air').click();
    await bob.locator('[data-testid="air"][data-on]').waitFor();
    await everyView(bob, 'desk, on air');

    await alice.getByTestId('on-air-count').filter({ hasText: '1 person is on air' }).waitFor();
    await alice.getByTestId('wish-unhurried').check();
    await timed('press of Find to the offer', async () => {
      await alice.getByTestId('find').click();
      await alice.getByTestId('accept-offer').waitFor();
    });
    expect(await alice.getByTestId('offer-price').innerText()).toBe('10 coins a minute');
    await timed('press of Accept to both pictures', async () => {
      // The card is deaf for its first moment: keys that were on their way accept nothing.
      await until('Enter to be heard', async () => {
        await alice.keyboard.press('Enter');
        return (await alice.locator('[data-testid="offer"][data-state="open"]').count()) === 0;
      });
      await Promise.all([framesPlay(alice, 'remote-video', 1), framesPlay(bob, 'remote-video', 1)]);
    });
    await Promise.all([isLive(alice), isLive(bob)]);
    expect([await partner(alice), await partner(bob)]).toEqual(['Bob', 'Alice']);
    const camera = await ownCamera(alice);
    expect(camera).toMatchObject({ opened: 1, isTheFirst: true });
    await everyView(alice, 'a call with Next');

    await pressesNothingBeneath(alice);
    // Nobody else is there: both wait, and are told so.
    await timed('press of Next to the place in line', async () => {
      await alice.keyboard.press('n');
      await alice.getByTestId('queue').waitFor();
    });
    await bob.locator('[data-testid="last-call"] [data-reason="next"]').waitFor();
    // After 15 s even the last partner would come again: he takes a break.
    await bob.getByTestId('pause').click();
    await bob.getByTestId('go-on-air').waitFor();
    await everyView(alice, 'in line after a call');
    await everyView(bob, 'desk after a call');

    await dora.goto(`${url}/on-air`);
    await dora.getByTestId('go-on-air').click();
    await timed('the next offer, once somebody is on air', () => alice.getByTestId('accept-offer').waitFor());
    await seen(alice, 'an offer');
    await alice.getByTestId('accept-offer').click();
    await Promise.all([framesPlay(alice, 'remote-video', 1), isLive(alice), isLive(dora)]);
    expect(await partner(alice)).toBe('Dora');
    // The same camera and microphone: nothing was opened anew, nobody was asked again.
    expect(await ownCamera(alice)).toEqual(camera);

    await alice.getByTestId('hang-up').click();
    await alice.getByTestId('find-next').waitFor();
    await everyView(alice, 'the summary with Next');
    await alice.getByTestId('star-5').click({ force: true });
    await alice.getByTestId('rated').waitFor();
    await alice.getByTestId('report').click();
    await alice.getByTestId('report-reason').selectOption('spam');
    await alice.getByTestId('report-words').fill('Sold me a course.');
    await everyView(alice, 'a report');
    await alice.getByTestId('send-report').click();
    await alice.getByTestId('reported').waitFor();
    // What this hour has brought her, to look at and to be read out.
    await dora.getByTestId('hours-chart').waitFor();
    await seen(dora, 'desk with what the hours brought');
    expect(await dora.getByTestId('hours-chart').locator('td').allInnerTexts()).toEqual(['7']);

    // Dora is free, and never comes again; Bob does.
    await bob.getByTestId('go-on-air').click();
    await bob.locator('[data-testid="air"][data-on]').waitFor();
    await alice.getByTestId('find-next').click();
    await alice.getByTestId('accept-offer').waitFor();
    await alice.getByText('Bob is on air for you').waitFor();
    await alice.getByTestId('skip-offer').click();
    await alice.getByTestId('queue').waitFor();
    await alice.getByTestId('stop-looking').click();
    await alice.getByTestId('find').or(alice.getByTestId('find-next')).first().waitFor();

    const admin = await pageOf('admin');
    // The first page of the team, whose last meetings have words that come after the others.
    await admin.getByTestId('meeting-row').first().waitFor();
    isQuiet(admin, 'the first page of the team');
    await admin.goto(`${url}/admin/matching`);
    await admin.getByTestId('report-row').filter({ hasText: 'Sold me a course.' }).waitFor();
    await admin.getByTestId('line-earner').nth(1).waitFor();
    await everyView(admin, 'matching, as the team sees it');
    await admin.getByTestId('close-report').click();
    await admin.getByTestId('close-note').fill('Talked to Dora.');
    await admin.getByTestId('close-report-sure').click();
    await admin.getByTestId('report-row').waitFor({ state: 'detached' });
    for (const page of [bob, dora]) {
      await page.getByTestId('pause').click();
      await page.getByTestId('go-on-air').waitFor();
    }
    isQuiet(admin, 'matching, as the team sees it');
    await Promise.all([alice, bob, dora, admin].map((page) => page.close()));
  });

  test('[MATCH-20] of two tabs one holds the place, and the other takes it by a press', async () => {
    const first = await pageOf('eve', { locale: 'es-ES' });
    await first.goto(`${url}/find`);
    await first.getByTestId('find').click();
    await first.getByTestId('queue').waitFor();
    const second = await first.context().newPage();
    await second.goto(`${url}/find`);
    await second.getByTestId('elsewhere').waitFor();
    await everyView(second, 'in line in another tab');
    await second.getByTestId('use-here').click();
    await second.getByTestId('queue').waitFor();
    await first.getByTestId('elsewhere').waitFor();
    await second.getByTestId('stop-looking').click();
    await first.getByTestId('find').waitFor();
    await Promise.all([first.close(), second.close()]);
  });

  test('[MATCH-16] both press Next within a millisecond, each once the first: one end, both in line, no coin twice', async () => {
    const [eve, dora] = await Promise.all([pageOf('eve'), pageOf('dora')]);
    await Promise.all([eve.goto(`${url}/find`), dora.goto(`${url}/on-air`)]);
    await dora.getByTestId('go-on-air').click();
    await isOnAir(dora);
    await eve.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    await eve.getByTestId('wish-at-once').check();
    await eve.getByTestId('find').click();
    await Promise.all([isLive(eve), isLive(dora)]);
    const camera = await ownCamera(eve);
    const first = await callers.eve.get<MatchedCall>('/api/v1/matching');
    await pressTogether(eve, dora);
    await bothWait(eve, dora);
    await endedOnce(first);
    // Last partners rest a quarter of a minute.
    await Promise.all([isLive(eve), isLive(dora)]);
    expect(await ownCamera(eve)).toEqual(camera);
    const second = await callers.eve.get<MatchedCall>('/api/v1/matching');
    expect(second.callId).not.toBe(first.callId);
    await pressTogether(dora, eve);
    await bothWait(eve, dora);
    await eve.getByTestId('stop-looking').click();
    await endedOnce(second);
    await nothingHeld(callers.eve);
    expect(await callers.eve.get('/api/v1/wallet')).toMatchObject({ balance: 80 });
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });

  async function bothWait(eve: Page, dora: Page): Promise<void> {
    await Promise.all([eve.getByTestId('queue').waitFor(), isOnAir(dora)]);
    for (const who of [callers.eve, callers.dora])
      expect(await who.get('/api/v1/matching')).toMatchObject({ state: 'waiting' });
  }

  /** By one of the two, and the minute that had begun is paid once. */
  async function endedOnce({ callId, roomName }: MatchedCall): Promise<void> {
    const ended = await callIs(callers.eve, roomName, 'ended');
    expect(ended).toMatchObject({ callId, endReason: 'next' });
    expect([callers.eve.personId, callers.dora.personId]).toContain(ended.endedBy);
    const { items } = await callers.eve.get<{ items: { type: string }[] }>(`/api/v1/calls/${callId}/facts`);
    expect(items.filter(({ type }) => type === 'next')).toHaveLength(1);
    await until('the charge', async () => (await chargesOf(callers.eve, callId)).length > 0);
    expect(await chargesOf(callers.eve, callId)).toMatchObject([{ coins: 10 }]);
  }
});

/** So far ahead that both pages have heard of it by then. */
const AHEAD_MS = 500;
/** A page waits asleep until so long before, and then awake: its timers are late by as much. */
const AWAKE_MS = 50;

/** Both press by the one clock of this machine, which is the server's, the second a millisecond after the first. */
async function pressTogether(first: Page, second: Page): Promise<void> {
  const at = Date.now() + AHEAD_MS;
  await Promise.all([pressNextAt(first, at), pressNextAt(second, at + 1)]);
}

/** Presses what is there at that instant: a click that waits for its button would press it in the call that follows. */
async function pressNextAt(page: Page, at: number): Promise<void> {
  await page.evaluate(
    async ({ instant, awake }) => {
      await new Promise((resolve) => setTimeout(resolve, instant - awake - Date.now()));
      const button = document.querySelector<HTMLElement>('[data-testid="next"]');
      while (Date.now() < instant);
      button?.click();
    },
    { instant: at, awake: AWAKE_MS },
  );
}

/** [REACT-KEYS] Letters press nothing beneath a window over the call. */
async function pressesNothingBeneath(page: Page): Promise<void> {
  const nexts: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/livekit/next-user')) nexts.push(request.url());
  });
  await page.getByTestId('devices').click();
  await page.getByTestId('apart').click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('n');
  await page.keyboard.press('c');
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(nexts).toEqual([]);
  expect(await page.getByTestId('toggle-chat').getAttribute('aria-expanded')).toBe('false');
}
