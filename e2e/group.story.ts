import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { signIn } from './support/people.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

const MODULES = fileURLToPath(new URL('../node_modules', import.meta.url));
const CLIENT = join(MODULES, 'livekit-client', 'dist', 'livekit-client.umd.js');
const OTHERS = 29;

/** Keeps every connection of a page, so that a story can ask what it receives. */
const KEEP_CONNECTIONS = `{
  const Native = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...given) { super(...given); window.connections.push(this); }
  };
}`;
/** How many frames of each picture have been received so far. */
const FRAMES = `Promise.all(window.connections.map((each) => each.getStats())).then((all) =>
  all.flatMap((stats) => [...stats.values()]).filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video')
    .map(({ id, framesReceived = 0 }) => [id, framesReceived]))`;

/** One page in which many people are, each with a small picture that moves. */
const CROWD = `async (people) => {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: 160, height: 90 });
  const brush = canvas.getContext('2d');
  let n = 0;
  setInterval(() => { brush.fillStyle = 'hsl(' + (n += 7) + ' 40% 40%)'; brush.fillRect(0, 0, 160, 90); }, 200);
  window.rooms = [];
  for (const { token, wsUrl } of people) {
    const room = new LivekitClient.Room();
    window.rooms.push(room);
    await room.connect(wsUrl, token, { autoSubscribe: false, rtcConfig: { iceServers: [] } });
    const [track] = canvas.captureStream(5).getVideoTracks();
    await room.localParticipant.publishTrack(track, { source: 'camera', simulcast: false });
  }
}`;

describe('A call of thirty', () => {
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

  test('everybody is on some page, only what is on it is received, and one is pinned, from a desk and from a phone', async () => {
    const { url } = stage.latido;
    const dora = await browsers.pageOf();
    await dora.addInitScript(KEEP_CONNECTIONS);
    const crowd = await browsers.pageOf({ viewport: { width: 320, height: 200 } });
    await signInByForm(dora, url, 'dora');
    await dora.goto(`${url}/dashboard/video-test`);
    await dora.getByTestId('room-name').fill('crowd');
    await dora.getByTestId('join-room').click();
    await dora.getByTestId('local-video').first().waitFor();
    await comeIn(crowd, url);

    const tiles = dora.getByTestId('grid-tile');
    const pages = dora.getByTestId('grid-pages');
    await expect.poll(() => pages.textContent()).toBe('1 of 2');
    await expect.poll(() => tiles.count()).toBe(16);
    await framesPlay(dora, 'remote-video', 5);
    const first = await namesOn(dora);
    // Oneself is among the sixteen, and comes from nowhere.
    await receives(dora, 15);
    await picture(dora, 'group-grid');
    await isAccessible(dora, 'a call of thirty');

    await dora.getByTestId('grid-next').press('Enter');
    await expect.poll(() => tiles.count()).toBe(14);
    const second = await namesOn(dora);
    expect(new Set([...first, ...second]).size).toBe(OTHERS + 1);
    await receives(dora, 14);
    // There is no page after the last, and the focus stays where it was pressed.
    await dora.getByTestId('grid-next').press('Enter');
    expect(await pages.textContent()).toBe('2 of 2');
    await dora.locator('[data-testid="grid-next"]:focus').waitFor();

    const whom = second[2]!;
    await dora.locator(`[data-identity="${whom}"] [data-testid="grid-pin"]`).press('Enter');
    await dora.locator(`.lt-grid-large [data-identity="${whom}"]`).waitFor();
    const strip = await dora.getByTestId('grid-page').getByTestId('grid-tile').count();
    expect(strip).toBeLessThan(12);
    await dora.getByTestId('remote-video').waitFor();
    await until('one large picture and those of the strip', async () => (await growing(dora)) <= strip + 1);
    await picture(dora, 'group-speaker');
    await isAccessible(dora, 'one of thirty, pinned');
    await dora.getByTestId('grid-layout').press('Enter');
    await dora.locator('[data-testid="grid"][data-layout="grid"]').waitFor();
    await dora.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => pages.textContent()).toMatch(/^1 of [345]$/);
    await picture(dora, 'group-grid-phone');
    await isAccessible(dora, 'a call of thirty on a phone');
    await dora.getByTestId('grid-layout').click();
    await dora.locator('[data-testid="grid"][data-layout="speaker"]').waitFor();
    await picture(dora, 'group-speaker-phone');

    // Whoever leaves goes from the page; when one other is left, the call is one of two again.
    await dora.setViewportSize({ width: 1280, height: 800 });
    await crowd.evaluate(
      'Promise.all(window.rooms.slice(1).map((room) => room.disconnect())).then(() => null)',
    );
    await dora.getByTestId('grid').waitFor({ state: 'detached' });
    await framesPlay(dora, 'remote-video', 5);
  });

  /** Tokens of a free room are anybody's: one person is there as often as they ask. */
  async function comeIn(crowd: Page, url: string): Promise<void> {
    const eve = await signIn(url, 'eve');
    const people: unknown[] = [];
    for (let n = 0; n < OTHERS; n += 1) {
      const { status, body } = await eve.post('/api/livekit/token', {
        roomName: 'crowd',
        participantName: `Guest ${n + 1}`,
      });
      expect(status).toBe(200);
      people.push(body);
    }
    await crowd.goto(`${url}/docs/openapi.json`);
    await crowd.evaluate(await readFile(CLIENT, 'utf8'));
    await crowd.evaluate(`(${CROWD})(${JSON.stringify(people)})`);
  }
});

const namesOn = (page: Page): Promise<string[]> =>
  page.getByTestId('grid-tile').evaluateAll((all) => all.map(({ dataset }) => dataset['identity'] ?? ''));

const LOOK_MS = 1_500;
let before: { readonly at: number; readonly frames: ReadonlyMap<string, number> } | null = null;

/** How many pictures came on between two looks. */
async function growing(page: Page): Promise<number> {
  const frames = new Map((await page.evaluate(FRAMES)) as [string, number][]);
  const at = performance.now();
  if (before !== null && at - before.at < LOOK_MS) return Number.NaN;
  const last = before?.frames ?? new Map<string, number>();
  before = { at, frames };
  return [...frames].filter(([id, count]) => count > (last.get(id) ?? count)).length;
}

/** Waits until so many pictures arrive, and no others. */
async function receives(page: Page, count: number): Promise<void> {
  let seen = 0;
  await until(`${count} pictures that arrive`, async () => {
    const now = await growing(page);
    if (!Number.isNaN(now) && now !== seen) console.log(`pictures that arrive: ${(seen = now)}`);
    return now === count;
  });
}
