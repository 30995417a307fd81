import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isAccessible } from './support/accessibility.ts';
import { framesPlay, signInByForm, openBrowsers } from './support/browser.ts';
import { booksBalance, callIs, chargesOf, join } from './support/call.ts';
import { keepOpened, ownCamera } from './support/own-camera.ts';
import { signIn, type Caller } from './support/people.ts';
import { picture } from './support/picture.ts';
import { PASSWORD } from './support/server.ts';
import { asAdmin, setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { timed, until } from './support/until.ts';
import { grantCoins } from './support/wallet.ts';

/** The price of a unit, and all that Nora has. */
const COINS = 10;
/** The small pack's. */
const PACK_COINS = 100;
/** A minute would do as well, and take three times as long. */
const UNIT_MS = 20_000;
const unit = { initialMs: UNIT_MS, incrementMs: UNIT_MS, thresholdMs: UNIT_MS, firstThresholdMs: UNIT_MS };
const SHORT = { id: 'short', name: 'Thirds of a minute', price: COINS, ...unit };

describe('A payer whose balance ends', () => {
  let stage: Stage;
  const browsers = openBrowsers();
  beforeAll(async () => {
    const [embedded] = stores();
    stage = await setStage(embedded!);
    expect((await asAdmin(stage, 'POST', 'plans', SHORT)).status).toBe(201);
    expect((await asAdmin(stage, 'PUT', 'plans', { plans: ['short', 'standard'] })).status).toBe(200);
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
  });

  test('is warned, sees the last seconds count, and the call ends for both: 10 coins, nothing owed', async () => {
    const { url } = stage.latido;
    const room = 'story-out-of-balance';
    const [nora, bob] = await Promise.all([browsers.pageOf(), browsers.pageOf({ locale: 'es-ES' })]);
    await Promise.all([register(nora, url), signInByForm(bob, url, 'bob')]);
    const payer = await signIn(url, 'nora');
    await grantCoins(stage, payer, COINS);
    expect(await payer.get('/api/v1/wallet')).toMatchObject({ balance: COINS, held: 0 });

    await join(nora, url, room);
    await join(bob, url, room);
    await nora.getByTestId('low-balance').waitFor();
    await Promise.all([framesPlay(nora, 'remote-video'), framesPlay(bob, 'remote-video')]);
    expect(await bob.getByTestId('low-balance').count()).toBe(0);
    await picture(nora, 'call-low-balance');

    await nora.getByTestId('out-of-balance').waitFor();
    expect(await nora.getByTestId('out-of-balance').textContent()).toMatch(/ends in \d+ s/);
    await picture(nora, 'call-out-of-balance');
    await timed('last seconds → both pages say that the balance ran out', () =>
      Promise.all([nora, bob].map((page) => endedFor(page))),
    );
    await nora.getByTestId('call-again').waitFor({ state: 'detached' });
    await picture(nora, 'summary-out-of-balance');
    await picture(bob, 'partner-out-of-balance-es');
    await booksAfter(stage, payer, room);
  });

  test('[CASH-1] buys coins in the last seconds, and the same call goes on; what it earned is asked for and sent', async () => {
    const { url } = stage.latido;
    const room = 'story-top-up';
    const [nina, bob, admin] = await Promise.all([
      browsers.pageOf({ locale: 'es-ES', viewport: { width: 390, height: 844 } }),
      browsers.pageOf(),
      browsers.pageOf(),
    ]);
    await keepOpened(nina);
    await Promise.all([
      register(nina, url, 'nina'),
      signInByForm(bob, url, 'bob'),
      signInByForm(admin, url, 'admin'),
    ]);
    const payer = await signIn(url, 'nina');
    await grantCoins(stage, payer, COINS);
    await join(nina, url, room);
    await join(bob, url, room);
    await nina.getByTestId('low-balance').getByTestId('top-up').click();
    const { callId } = await callIs(payer, room, 'live');
    await nina.getByTestId('pay-pack').waitFor();
    await picture(nina, 'top-up-in-call-phone-es');
    await isAccessible(nina, 'top-up in a call');
    await nina.getByTestId('pack-small').click();
    const camera = await ownCamera(nina);
    // All that she had is used up, and the last seconds count.
    await nina.getByTestId('out-of-balance').waitFor({ state: 'attached' });
    expect(await payer.get('/api/v1/wallet')).toMatchObject({ balance: 0, held: 0 });
    await timed('paid in the last seconds → the bar is gone', async () => {
      await nina.getByTestId('pay-pack').click();
      await nina.getByTestId('out-of-balance').waitFor({ state: 'detached' });
    });
    await isTheSameCall(payer, callId, room);
    expect(await ownCamera(nina)).toEqual(camera);
    await framesPlay(nina, 'remote-video');
    await nina.getByTestId('hang-up').click();
    const ended = await callIs(payer, room, 'ended');
    expect(ended).toMatchObject({ callId, endReason: 'hung_up' });
    await nina.goto(`${url}/wallet`);
    const left = COINS + PACK_COINS - ended.coins;
    await nina
      .getByTestId('wallet-balance')
      .filter({ hasText: new RegExp(`^${left}\\b`) })
      .waitFor();
    await statementAddsUp(payer, { callId, coins: ended.coins, left });
    await picture(nina, 'wallet-top-up-phone-es');
    await isAccessible(nina, 'wallet with packs');

    await bob.goto(`${url}/earnings`);
    await bob.getByTestId('payout-coins').fill('9999');
    await bob.getByTestId('ask-payout').click();
    await bob.getByText(/^A whole number from 1 to \d+\.$/).waitFor();
    await bob.getByTestId('payout-coins').fill('5');
    await bob.getByTestId('ask-payout').click();
    await bob.getByTestId('payout-row').waitFor();
    await picture(bob, 'earnings');
    await isAccessible(bob, 'earnings');
    await admin.goto(`${url}/admin/payouts`);
    await picture(admin, 'payouts-desk');
    await isAccessible(admin, 'payouts');
    await admin.getByTestId('payout-sent').click();
    await admin.getByTestId('carry-out').click();
    await bob.reload();
    await bob.getByTestId('payout-row').filter({ hasText: 'Sent' }).waitFor();
    await refundIsRead(url, callId, { admin, nina, bob });
    expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
  });

  test('[METER-45] who runs the place writes a price by its page, and who earns chooses it', async () => {
    const { url } = stage.latido;
    const [admin, bob] = await Promise.all([browsers.pageOf(), browsers.pageOf()]);
    await Promise.all([signInByForm(admin, url, 'admin'), signInByForm(bob, url, 'bob')]);
    await admin.goto(`${url}/admin/plans`);
    await admin.getByTestId('new-plan').click();
    await admin.getByTestId('plan-price').fill('0');
    await admin.getByTestId('write-plan').click();
    await admin.locator('[aria-invalid="true"]').first().waitFor();
    for (const [field, text] of Object.entries({ id: 'gold', name: 'Gold', price: '20', connectFee: '5' }))
      await admin.getByTestId(`plan-${field}`).fill(text);
    await admin.getByTestId('preview-seconds').fill('65 125');
    await admin.getByTestId('preview-row').filter({ hasText: '02:05' }).filter({ hasText: '45' }).waitFor();
    await picture(admin, 'plan-editor');
    await isAccessible(admin, 'the editor of a plan');
    await admin.getByTestId('write-plan').click();
    await admin.getByTestId('plan-version').first().waitFor({ state: 'attached' });
    await admin.getByTestId('offer-gold').click();
    await admin.getByTestId('default-gold').waitFor();
    await admin.goto(`${url}/admin/packs`);
    await admin.getByTestId('pack-bonus').first().fill('7');
    await admin.getByTestId('write-packs').click();
    await admin.getByText('These packs are offered now.').waitFor();
    await isAccessible(admin, 'the editor of packs');
    await bob.goto(`${url}/on-air`);
    await bob.getByTestId('choose-plan').selectOption('gold');
    await bob.getByTestId('my-price').filter({ hasText: '20' }).waitFor();
    await bob.getByTestId('go-on-air').click();
    await bob.getByTestId('pause').waitFor();
    const line = await stage.admin.get<{ items: unknown[] }>('/api/v1/admin/matching');
    expect(line.items).toMatchObject([{ side: 'earner', price: 20 }]);
  });
});

/** A new account that pays, made by the form. */
async function register(page: Page, url: string, name = 'nora'): Promise<void> {
  await page.goto(`${url}/register`);
  await page.getByTestId('register-name').fill(name);
  await page.getByTestId('register-email').fill(`${name}@demo.test`);
  await page.getByTestId('register-password').fill(PASSWORD);
  await page.getByTestId('register-submit').click();
  await page.getByTestId('header-balance').waitFor();
}

/** The meter goes on in the call that was, nobody had to come in again, and the time without coins is unpaid. */
async function isTheSameCall(payer: Caller, callId: string, room: string): Promise<void> {
  await until('the second unit', async () => (await chargesOf(payer, callId)).length === 2);
  const now = await callIs(payer, room, 'live');
  expect(now.callId).toBe(callId);
  expect(now.billableMs).toBeLessThan(Date.now() - Date.parse(now.startedAt ?? ''));
  const { items } = await payer.get<{ items: unknown[] }>(`/api/v1/calls/${callId}/intervals`);
  expect(items).toHaveLength(2);
}

/** Every coin that the payer got and gave is a line, and the lines are what is left. */
async function statementAddsUp(
  payer: Caller,
  { callId, coins, left }: { callId: string; coins: number; left: number },
): Promise<void> {
  interface Line {
    readonly coins: number;
    readonly balance: number;
    readonly call: { readonly callId: string } | null;
  }
  const { items } = await payer.get<{ items: Line[] }>('/api/v1/wallet/statement');
  const sum = (lines: readonly Line[]) => lines.reduce((total, line) => total + line.coins, 0);
  expect([items[0]?.balance, sum(items)]).toEqual([left, left]);
  expect(sum(items.filter(({ call }) => call?.callId === callId))).toBe(-coins);
}

async function endedFor(page: Page): Promise<void> {
  const gone = page.getByTestId('partner-gone');
  await gone.waitFor();
  expect(await gone.getAttribute('data-reason')).toBe('out_of_balance');
}

async function booksAfter(stage: Stage, payer: Caller, room: string): Promise<void> {
  const ended = await callIs(payer, room, 'ended');
  expect(ended).toMatchObject({ endReason: 'out_of_balance', endedBy: 'system', coins: COINS });
  expect(ended.billableMs).toBeGreaterThanOrEqual(UNIT_MS);
  expect(await chargesOf(payer, ended.callId)).toMatchObject([{ unit: 1, coins: COINS }]);
  expect(await payer.get('/api/v1/wallet')).toMatchObject({ balance: 0, held: 0, available: 0 });
  expect(await stage.bob.get('/api/v1/earnings')).toMatchObject({ balance: 7 });
  expect(await booksBalance(stage)).toMatchObject({ sum: 0, differences: [] });
}

/** The desk gives a unit back: it reads by whom, the payer and the earner read why, and the earner's day is summed. */
async function refundIsRead(
  url: string,
  callId: string,
  { admin, nina, bob }: Record<'admin' | 'nina' | 'bob', Page>,
): Promise<void> {
  const reason = 'The picture was frozen.';
  await admin.goto(`${url}/calls/${callId}`);
  await admin.getByTestId('refund').click();
  await admin.getByTestId('refund-coins').fill(String(COINS));
  await admin.getByTestId('refund-reason').fill(reason);
  await admin.getByTestId('carry-out').click();
  await admin
    .getByTestId('given-back')
    .filter({ hasText: `${reason} by ` })
    .waitFor();
  await nina.goto(`${url}/calls/${callId}`);
  await nina
    .getByTestId('given-back')
    .filter({ hasText: `Devuelto: ${reason}` })
    .waitFor();
  await picture(nina, 'receipt-refunded-phone-es');
  await bob.goto(`${url}/earnings`);
  await bob.getByTestId('movement').filter({ hasText: reason }).waitFor();
  await bob.getByTestId('statement-pdf').waitFor();
  await picture(bob, 'earnings-statement');
  await isAccessible(bob, 'earnings with a statement');
  await bob.goto(`${url}/on-air`);
  await bob.getByTestId('today-call').first().waitFor();
  await bob
    .getByTestId('today-sum')
    .filter({ hasText: /[1-9]\d* calls?/ })
    .waitFor();
}
