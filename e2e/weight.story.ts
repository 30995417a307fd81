import { freePorts } from '@latido/tools/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { found, startCaddy, startNginx } from './support/proxy.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

const KB = 1_000;
const BROTLI = { headers: { 'accept-encoding': 'br' } };
const GZIP = { headers: { 'accept-encoding': 'gzip' } };

/** Counts what a page receives over HTTP from now on, heads included, as it comes over the wire. */
async function weigh(page: Page): Promise<{ of: () => number; told: () => string }> {
  const session = await page.context().newCDPSession(page);
  const names = new Map<string, string>();
  const heard = new Set<string>();
  const weights = new Map<string, number>();
  session.on('Network.requestWillBeSent', ({ requestId, request }) => names.set(requestId, request.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const name = names.get(requestId) ?? requestId;
    // What is asked again and again is the call that goes on, not the page.
    if (heard.has(name)) return;
    heard.add(name);
    weights.set(requestId, encodedDataLength);
  });
  await session.send('Network.enable');
  return {
    of: () => [...weights.values()].reduce((sum, weight) => sum + weight, 0),
    told: () =>
      [...weights]
        .sort(([, a], [, b]) => b - a)
        .map(([id, weight]) => `${String(weight).padStart(7)} ${names.get(id) ?? id}`)
        .join('\n'),
  };
}

/** Bytes that a browser receives over HTTP, fonts and answers of the API among them; video itself is LiveKit's. */
describe('What the pages weigh', () => {
  let stage: Stage;
  let fronts: number[];
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    fronts = await freePorts(2);
    stage = await setStage(embedded!, {
      LATIDO_ORIGINS: fronts.map((port) => `http://127.0.0.1:${port}`).join(','),
      LATIDO_TRUST_PROXY: 'loopback',
    });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  const light = (name: string, weight: { of: () => number; told: () => string }, most: number): void => {
    console.log(`${name}: ${Math.round(weight.of() / KB)} kB received, of ${most}`);
    if (weight.of() > most * KB) console.log(weight.told());
    expect(weight.of(), name).toBeLessThanOrEqual(most * KB);
  };

  test('the first page is at most 180 kB, a call with everything before it at most 340 kB', async () => {
    const { url } = stage.latido;
    const stranger = await browsers.pageOf();
    const first = await weigh(stranger);
    await stranger.goto(url, { waitUntil: 'networkidle' });
    await stranger.locator('main a[href="/register"]').waitFor();
    await stranger.evaluate('document.fonts.ready');
    light('first page', first, 180);

    const [alice, bob] = await Promise.all([browsers.pageOf(), browsers.pageOf()]);
    await Promise.all([signInByForm(alice, url, 'alice'), signInByForm(bob, url, 'bob')]);
    // Another browser with the same sign-in: nothing is in its memory.
    const storageState = await alice.context().storageState();
    const permissions = ['camera', 'microphone'];
    const fresh = await alice.context().browser()!.newContext({ storageState, permissions });
    const page = await fresh.newPage();
    const call = await weigh(page);
    await page.goto(`${url}/video?room=weight`);
    await page.locator('[data-testid="preview"][data-state="ready"]').waitFor();
    console.log(`before the call: ${Math.round(call.of() / KB)} kB received`);
    if (call.of() > 340 * KB) console.log(call.told());
    await page.getByTestId('join-call').click();
    await bob.goto(`${url}/video?room=weight`);
    await bob.getByTestId('join-call').click();
    await framesPlay(page, 'remote-video');
    await page.locator('[data-testid="partner-state"][data-state="live"]').waitFor();
    light('call', call, 340);
  });

  /** What a browser gets through a proxy that stands in front as the docs say: pages as small, and every door open. */
  test.for([
    ['nginx', startNginx],
    ['caddy', startCaddy],
  ] as const)(
    '[PROXY-1] behind %s pages stay packed, notices come at once, and streams are not held back',
    async ([name, start], { skip }) => {
      const program = found(name);
      if (program === null) return skip(`${name} is not on this machine`);
      const front = await start(
        program,
        fronts[name === 'nginx' ? 0 : 1] ?? 0,
        Number(new URL(stage.latido.url).port),
      );
      try {
        const stranger = await browsers.pageOf();
        const first = await weigh(stranger);
        await stranger.goto(front.url, { waitUntil: 'networkidle' });
        light(`first page behind ${name}`, first, 180);

        const [page, api] = await Promise.all([
          fetch(front.url, BROTLI),
          fetch(`${front.url}/docs/openapi.json`, GZIP),
        ]);
        expect(page.headers.get('content-encoding')).toBe('br');
        expect(api.headers.get('content-encoding')).toBe('gzip');
        const asset = /\/assets\/index-[^"]*js/.exec(await page.text())?.[0] ?? '';
        const { headers } = await fetch(front.url + asset, BROTLI);
        expect([headers.get('content-encoding'), headers.get('cache-control')]).toEqual([
          'br',
          'public, max-age=31536000, immutable',
        ]);

        const bob = await browsers.pageOf();
        const sockets: string[] = [];
        bob.on('websocket', (socket) => socket.on('framereceived', () => sockets.push(socket.url())));
        await signInByForm(bob, front.url, 'bob');
        await until('the live connection', async () => sockets.some((url) => url.includes('/app/')));
        const stream = await fetch(`${front.url}/api/v1/inbox/stream`, {
          headers: { authorization: `Bearer ${stage.bob.bearer}`, accept: 'text/event-stream' },
        });
        const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
        const { body } = await stage.alice.post<{ callId: string }>('/api/v1/calls', {
          with: 'bob@demo.test',
        });
        await bob.getByTestId('incoming-call').waitFor();
        for (let heard = ''; !heard.includes(body.callId); heard += (await reader.read()).value ?? '');
        await reader.cancel();
        await stage.alice.post(`/api/v1/calls/${body.callId}/end`);
        await bob.getByTestId('incoming-call').waitFor({ state: 'detached' });
      } finally {
        await front.close();
      }
    },
  );
});
