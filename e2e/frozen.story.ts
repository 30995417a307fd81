import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { booksBalance, callOf, join } from './support/call.ts';
import { picture } from './support/picture.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { startUdpRelay, useRelay, type UdpRelay } from './support/udp-relay.ts';
import { timed, until } from './support/until.ts';

interface IntervalAnswer {
  readonly participantSid: string;
  readonly identity: string;
  readonly leftAt: string | null;
  readonly leftReason: string | null;
  readonly unpaid: readonly { readonly fromAt: string; readonly toAt: string | null }[];
}

const BLOCKED_MS = 55_000;
/** The picture comes back by itself or under a new sid; LiveKit's client takes its time for either. */
const PATIENCE_MS = 90_000;

const room = 'story-frozen';

describe('A frozen picture', () => {
  let stage: Stage;
  let relay: UdpRelay;
  let alice: Page;
  let bob: Page;
  const browsers = openBrowsers();

  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    relay = await startUdpRelay(stage.media.udpPort);
    [alice, bob] = await Promise.all([
      browsers.pageOf({ isWhole: true }),
      browsers.pageOf({ isWhole: true, locale: 'es-ES' }),
    ]);
    await useRelay(bob.context(), stage.media.udpPort, relay);
    await signInByForm(alice, stage.latido.url, 'alice');
    await signInByForm(bob, stage.latido.url, 'bob');
  });
  afterAll(async () => {
    await browsers.closeAll();
    relay?.close();
    await stage?.close();
  });

  const staysOfBob = async (callId: string): Promise<IntervalAnswer[]> => {
    const url = `/api/v1/calls/${callId}/intervals`;
    const { items } = await stage.alice.get<{ items: IntervalAnswer[] }>(url);
    return items.filter(({ identity }) => identity === stage.bob.personId);
  };

  test('[PRES-F12] UDP is blocked for 55 s, signalling alive: both are told whose, and it is not sold', async () => {
    await join(alice, stage.latido.url, room);
    await join(bob, stage.latido.url, room);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    // For ten seconds after its start the server judges nobody (PRES-F7).
    await until('a server past its start', async () => (await callOf(stage.bob, room)).billableMs >= 12_000);
    const { callId } = await callOf(stage.bob, room);
    const blockedAt = Date.now();
    relay.block();
    const billedMs = (await callOf(stage.bob, room)).billableMs;
    await timed('UDP blocked → both are told', async () => {
      await Promise.all([alice, bob].map((page) => page.getByTestId('media-frozen').waitFor()));
    });
    const says = (page: Page, text: string) => page.getByTestId('media-frozen').getByText(text).waitFor();
    await says(alice, 'No picture or sound arrives from Bob. The meter is paused until they do.');
    await says(bob, 'Tu imagen y tu sonido no llegan a Alice. El contador está en pausa hasta que lleguen.');
    expect(await alice.getByTestId('media-frozen').getByRole('button', { name: 'End now' }).count()).toBe(1);
    await picture(alice, 'frozen');
    await picture(bob, 'frozen-es');
    const unpaid = await until('the meter to rest', async () => (await staysOfBob(callId))[0]?.unpaid[0]);
    const stoppedMs = Date.parse(unpaid?.fromAt ?? '') - blockedAt;
    console.log(`    UDP blocked → the meter stopped: ${stoppedMs} ms after`);
    expect(Math.abs(stoppedMs)).toBeLessThanOrEqual(1_000);
    await until('55 s of it', () => Date.now() - blockedAt >= BLOCKED_MS, PATIENCE_MS);
    expect((await callOf(stage.bob, room)).billableMs - billedMs).toBeLessThanOrEqual(1_000);
    relay.heal();
    await timed('UDP is back → the meter goes on', () =>
      until(
        'the meter to go on',
        async () => (await callOf(stage.bob, room)).billableMs - billedMs >= 3_000,
        PATIENCE_MS,
      ),
    );
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    expect(await alice.getByTestId('media-frozen').count()).toBe(0);
  });

  test('[PRES-F19] whose line is dead for good is put out of the room, and is back by itself once it is not', async () => {
    const { callId } = await callOf(stage.bob, room);
    // LiveKit's client may have come back from the first time under a new sid.
    const before = (await staysOfBob(callId)).at(-1)?.participantSid;
    const stay = async () => (await staysOfBob(callId)).find((one) => one.participantSid === before);
    relay.block();
    await timed('UDP blocked once more → put out', () =>
      until('their stay to end', async () => (await stay())?.leftAt !== null, PATIENCE_MS),
    );
    relay.heal();
    await timed('put out → back', () =>
      until('a stay of theirs', async () => (await staysOfBob(callId)).at(-1)?.leftAt === null, PATIENCE_MS),
    );
    // Whoever gives the line up first, LiveKit's client (PRES-R57), LiveKit or we: nobody closed a page.
    expect(['lost', 'timeout']).toContain((await stay())?.leftReason);
    await Promise.all([framesPlay(alice, 'remote-video'), framesPlay(bob, 'remote-video')]);
    expect(await callOf(stage.bob, room)).toMatchObject({ callId, status: 'live' });
    await alice.getByTestId('hang-up').click();
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
