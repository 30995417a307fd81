import { text } from 'node:stream/consumers';
import type { Page } from 'playwright-core';
import { freePort } from '@latido/tools/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { startUdpRelay, useWays, type UdpRelay } from './support/udp-relay.ts';

interface Report {
  readonly verdict: string;
  readonly steps: { step: string; passed: boolean; code: string | null }[];
}

const ALL = ['camera', 'microphone', 'signalling', 'udp', 'publish', 'subscribe', 'tcp'];

/** Networks as people have them: what the test says of each is what their calls would meet. */
describe('The connection test', () => {
  let stage: Stage;
  let relay: UdpRelay;
  const browsers = openBrowsers();
  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!, {}, { byTcp: true });
    relay = await startUdpRelay(stage.media.udpPort);
  });
  afterEach(() => {
    relay.heal();
    stage.media.signal('SIGCONT');
  });
  afterAll(async () => {
    await browsers.closeAll();
    relay?.close();
    await stage?.close();
  });

  /** Somebody on a phone, whose media goes by the relay, and by TCP only to this port. */
  async function pageOf(name: string, locale: string, tcpPort: number): Promise<Page> {
    const page = await browsers.pageOf({ viewport: { width: 390, height: 844 }, locale });
    const { media, latido } = stage;
    await useWays(
      page.context(),
      new Map([
        [media.udpPort, relay.port],
        [media.tcpPort, tcpPort],
      ]),
    );
    await signInByForm(page, latido.url, name);
    await page.goto(`${latido.url}/dashboard/connection-test`);
    await page.getByTestId('start-test').waitFor();
    return page;
  }

  test('[CALL-31] an open network: all of it works', async () => {
    const page = await pageOf('dora', 'en-US', stage.media.tcpPort);
    expect(await tested(page)).toEqual(['allWorks']);
    await isAccessible(page, 'the connection test');
  });

  test('[CALL-31] UDP is blocked: says so in words, and that TCP carries a call; the report has it, and the call', async () => {
    relay.block();
    const page = await pageOf('alice', 'en-US', stage.media.tcpPort);
    expect(await tested(page)).toEqual(['tcpOnly', 'udp not_reached']);
    await reads(page, 'step-udp', 'No connection this way within ten seconds. A firewall may be in between.');
    await reads(page, 'step-tcp', 'The way around firewalls that let no UDP through is open.');
    await reads(page, 'verdict', 'UDP is blocked and TCP works: calls work, with more delay.');
    const { body } = await stage.alice.post<{ callId: string }>('/api/v1/calls', { with: stage.bob.email });
    const { items } = await stage.alice.get<{ items: Report[] }>(
      `/api/v1/calls/${body.callId}/connection-tests`,
    );
    expect(items.map(({ steps }) => steps.filter(({ passed }) => !passed).map(({ step }) => step))).toEqual([
      ['udp'],
    ]);
  });

  test('[CALL-31] neither UDP nor TCP: no media goes, and nothing is said to work that does not', async () => {
    relay.block();
    const page = await pageOf('bob', 'es-MX', await freePort());
    const failed = await tested(page);
    expect(failed).toEqual([
      'cannotCall',
      'udp not_reached',
      'publish not_reached',
      'subscribe not_tried',
      'tcp not_reached',
    ]);
    await reads(page, 'step-signalling', 'El servidor de llamadas responde.');
    await reads(
      page,
      'step-udp',
      'No hubo conexión por este camino en diez segundos. Puede haber un cortafuegos.',
    );
    await reads(page, 'verdict', 'Así una llamada no va a funcionar.');
    await picture(page, 'connection-test-blocked-es');
  });

  test('[CALL-31] a media server that hangs: each step ends in words', async () => {
    const page = await pageOf('carol', 'es-MX', stage.media.tcpPort);
    stage.media.signal('SIGSTOP');
    const failed = await tested(page);
    expect(failed).toEqual([
      'cannotCall',
      'signalling not_reached',
      ...ALL.slice(3).map((step) => `${step} not_tried`),
    ]);
    await reads(page, 'step-publish', 'Sin probar: necesita un paso que no funcionó.');
  });

  test('[CALL-31] our own server hangs too: no step waits for ever, and the report has what could not be sent', async () => {
    const page = await pageOf('eve', 'en-US', stage.media.tcpPort);
    process.kill(stage.latido.pid, 'SIGSTOP');
    try {
      const [verdict, signalling] = await tested(page, { isKept: false });
      expect([verdict, signalling]).toEqual(['cannotCall', 'signalling not_reached']);
      await reads(page, 'kept', 'The result could not be sent to the server; the report has it.');
    } finally {
      process.kill(stage.latido.pid, 'SIGCONT');
    }
  });

  /** Runs the test; what it came to, and each step that did not pass, as the page, the report and the server have it. */
  async function tested(page: Page, { isKept } = { isKept: true }): Promise<string[]> {
    await page.getByTestId('start-test').click();
    const verdict = page.getByTestId('verdict');
    await verdict.waitFor({ timeout: 120_000 });
    await page.locator(`[data-testid="kept"][data-kept="${isKept}"]`).waitFor();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByTestId('download-report').click(),
    ]);
    expect(file.suggestedFilename()).toBe('latido-connection-test.json');
    const report = JSON.parse(await text(await file.createReadStream())) as Report;
    expect(report.steps.map(({ step }) => step)).toEqual(ALL);
    expect(await verdict.getAttribute('data-verdict')).toBe(report.verdict);
    const failed = report.steps.filter(({ passed }) => !passed);
    for (const { step, passed, code } of report.steps) {
      const state = passed ? 'passed' : code === 'not_tried' ? 'notTried' : 'failed';
      await page.locator(`[data-testid="state-${step}"][data-state="${state}"]`).waitFor();
    }
    return [report.verdict, ...failed.map(({ step, code }) => `${step} ${code}`)];
  }
});

async function reads(page: Page, testId: string, words: string): Promise<void> {
  await page.getByTestId(testId).filter({ hasText: words }).waitFor();
}
