import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { framesPlay, openBrowsers, signInByForm } from './support/browser.ts';
import { booksBalance } from './support/call.ts';
import { picture } from './support/picture.ts';
import { everybody, sessionOf } from './support/session.ts';
import { asAdmin, setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';
import { grantCoins } from './support/wallet.ts';

/** A third of a minute: a whole one would do as well, and take three times as long. */
const UNIT_MS = 20_000;
const unit = { initialMs: UNIT_MS, incrementMs: UNIT_MS, thresholdMs: UNIT_MS, firstThresholdMs: UNIT_MS };
/** Of which Eve has one. */
const PLAN = { id: 'dear', name: 'Dear thirds', price: 60, ...unit };

/** In a group each pays for their own time; Dora's page, Eve's on a phone, and Alice without a page. */
describe('A session for which each pays by the minute', () => {
  let stage: Stage;
  const browsers = openBrowsers();
  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!, { LATIDO_CUT_AFTER_MS: '5000' });
    expect((await asAdmin(stage, 'POST', 'plans', PLAN)).status).toBe(201);
    expect((await asAdmin(stage, 'PUT', 'plans', { plans: ['dear'] })).status).toBe(200);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('[METER-51] whose coins end leaves alone, is told so, and comes back with coins; the others go on', async () => {
    const { url } = stage.latido;
    const [host, guest] = await everybody(url, 'dora', 'eve');
    const { alice } = stage;
    await grantCoins(stage, alice, 5_000);
    await grantCoins(stage, guest!, PLAN.price);
    const price = { kind: 'per_minute', planId: 'dear' } as const;
    const session = await sessionOf(stage.latido, { host: host!, guests: [guest!, alice], price });
    const [dora, eve] = await Promise.all([
      browsers.pageOf(),
      browsers.pageOf({ locale: 'es-MX', viewport: { width: 390, height: 844 } }),
    ]);
    await Promise.all([signInByForm(dora, url, 'dora'), signInByForm(eve, url, 'eve')]);
    const at = `${url}/dashboard/sessions/${session.id}`;
    await dora.goto(`${at}/video`);
    const sitting = await session.sit(alice);
    await framesPlay(dora, 'remote-video');
    await dora.getByTestId('meter-earned').waitFor();
    await eve.goto(`${at}/video`);
    await framesPlay(eve, 'remote-video');
    await eve.getByTestId('low-balance').waitFor();
    await picture(eve, 'paid-seat-low-phone-es');
    await picture(dora, 'paid-seats-host');
    await timed('the cut → her page is the session’s again', () => eve.waitForURL(at));
    await eve.getByText('Se acabaron tus monedas').waitFor();
    await eve.getByTestId('ask-in').waitFor();
    await picture(eve, 'paid-seat-out-phone-es');
    const state = await host!.get<{ status: string; meter: { running: boolean } }>(
      `/api/v1/calls/${session.callId}`,
    );
    expect(state).toMatchObject({ status: 'live', meter: { running: true } });
    // She was let in before: the door only has to be asked by this page.
    await eve.getByTestId('ask-in').click();
    await eve.getByTestId('enter-session').click();
    await eve.locator('[data-testid="call-failed"][data-code="balance"]').waitFor();
    await picture(eve, 'paid-seat-refused-phone-es');
    await eve.getByTestId('top-up').click();
    await eve.getByTestId('pack-small').click();
    await eve.getByTestId('pay-pack').click();
    await eve.getByTestId('retry').click();
    await framesPlay(eve, 'remote-video');
    await eve.getByTestId('meter-spent').waitFor();
    await sitting.leave();
    expect((await host!.post(`/api/v1/bookings/${session.id}/end`)).status).toBe(200);
    const { items } = await until('both receipts are settled', async () => {
      const found = await host!.get<{ items: { settled: boolean; payerId: string; earned: number }[] }>(
        `/api/v1/calls/${session.callId}/receipts`,
      );
      return found.items.length === 2 && found.items.every(({ settled }) => settled) ? found : null;
    });
    expect(new Set(items.map(({ payerId }) => payerId))).toEqual(new Set([guest!.personId, alice.personId]));
    await dora.goto(`${url}/calls/${session.callId}`);
    await dora.getByTestId('receipt-page').first().waitFor();
    await picture(dora, 'paid-seats-receipts', { fullPage: true });
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });
});
