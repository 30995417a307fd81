import { FakePushService } from '@latido/testkit';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { signIn, type Caller } from './support/people.ts';
import { badgeOf, pushDoorOf, pushedTo, shownOn, subscribesAt, tellHere } from './support/push-door.ts';
import { forgetSaid, isQuiet } from './support/said.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';
import { everyView } from './support/views.ts';

const PHONE = { width: 390, height: 844 };
const DAY_MS = 86_400_000;
const inDays = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

interface Made {
  readonly id: string;
}

/** A credit is overdue; its collector is told, pays it in with two taps, and the manager sees it without touching anything. */
describe('Collections', () => {
  let stage: Stage;
  let carol: Caller;
  let service: FakePushService;
  const browsers = openBrowsers();
  const ids: Record<string, string> = {};

  const made = async (path: string, body: object): Promise<string> => {
    const answer = await stage.admin.post<Made>(`/api/v1/${path}`, body);
    expect([path, answer.status]).toEqual([path, 201]);
    return answer.body.id;
  };
  const lend = async (name: string, terms: object, more: object = {}): Promise<string> => {
    const debtorId = await made('debtors', { name, phone: '+34 600 100 200', zone: 'Norte', ...more });
    ids[name] = await made('credits', { debtorId, currency: 'EUR', ...terms });
    return debtorId;
  };
  const give = async (debtorId: string): Promise<void> => {
    await stage.admin.post('/api/v1/assignments', { debtorId, collectorId: carol.personId });
  };

  beforeAll(async () => {
    const [embedded] = stores();
    service = await new FakePushService().start();
    stage = await setStage(embedded!, { LATIDO_PUSH_ALLOW: '127.0.0.1' });
    carol = await signIn(stage.latido.url, 'carol');
    const parts = [-40, -9, 22].map((days) => ({ dueOn: inDays(days), amount: 12_000 }));
    await give(await lend('Bruno Quiroga', { amount: 36_000, endDate: inDays(22), installments: parts }));
    await give(await lend('Eva Ríos', { amount: 31_000, endDate: inDays(-3) }));
    await give(await lend('Fátima Benali', { amount: 15_000, endDate: inDays(0) }, { zone: 'Sur' }));
    await give(await lend('Dora Ibáñez', { amount: 40_000, endDate: inDays(4) }));
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
    service?.close();
  });

  test('an overdue credit, from the notice to the payment that the manager sees', async () => {
    const { url } = stage.latido;
    const phone = await browsers.pageOf({ viewport: PHONE, locale: 'es-ES' });
    const desk = await browsers.pageOf();
    await Promise.all([signInByForm(phone, url, 'carol'), signInByForm(desk, url, 'admin')]);
    await desk.goto(`${url}/lending`);
    await desk.getByTestId('overdue').filter({ hasText: '2' }).waitFor();
    await phone.goto(`${url}/collect`);
    await phone.getByTestId('due-row').nth(3).waitFor();

    // One more falls due: the hourly check tells her, and her list shows it by itself.
    await give(await lend('Alice Moreno', { amount: 8_500, endDate: inDays(-1) }));
    const alice = phone.getByTestId('due-row').filter({ hasText: 'Alice Moreno' });
    // She is told that it is hers, so that her page hears what is told from here on.
    await alice.waitFor();
    await desk.getByTestId('check-now').click();
    await alice.filter({ hasText: 'Nuevo' }).waitFor();
    const told = await carol.get<{ items: { type: string }[] }>('/api/v1/inbox?after=0&limit=200');
    expect(told.items.filter(({ type }) => type === 'credit.requires.attention').length).toBeGreaterThan(3);
    await everyView(phone, 'collect');
    await phone.setViewportSize(PHONE);

    // Two taps: the most overdue one is open, and what is due stands in the field.
    await phone.getByTestId('pay').click();
    await phone.getByTestId('after-payment').waitFor();
    await everyView(phone, 'collect-pay');
    await phone.setViewportSize(PHONE);
    await phone.getByTestId('record-payment').click();
    await desk.getByTestId('collected-today').filter({ hasText: '240' }).waitFor();
    await phone.getByTestId('due-row').filter({ hasText: 'Bruno Quiroga' }).waitFor({ state: 'detached' });

    // Ten seconds to think again.
    await phone.getByTestId('toast-action').click();
    await phone.getByTestId('due-row').filter({ hasText: 'Bruno Quiroga' }).waitFor();
    await desk.getByTestId('collected-today').filter({ hasNotText: '240' }).waitFor();
    await everyView(desk, 'lending');
    isQuiet(phone, 'collect');
    isQuiet(desk, 'lending');
    // Where a page of hers is open, no device is told.
    await phone.context().close();
  });

  test('with the phone in the pocket: a push and a badge, the list, two taps, and the manager sees it', async () => {
    const { url } = stage.latido;
    const device = service.device();
    await give(await lend('Hugo Prieto', { amount: 9_900, endDate: inDays(-2) }));
    const phone = await browsers.pageOf({ viewport: PHONE, locale: 'es-ES' });
    await phone.context().grantPermissions(['notifications'], { origin: url });
    await subscribesAt(phone, device);
    await signInByForm(phone, url, 'carol');
    await tellHere(phone, url);
    const deliver = await pushDoorOf(phone, url);
    const badge = await badgeOf(phone);
    await phone.goto('about:blank');

    const desk = await browsers.pageOf();
    await signInByForm(desk, url, 'admin');
    await desk.goto(`${url}/lending`);
    const collected = desk.getByTestId('collected-today');
    const before = await collected.innerText();
    await desk.getByTestId('check-now').click();
    const isHis = ({ title }: { title: string }): boolean => /Hugo Prieto: .*99/.test(title);
    const message = await pushedTo(device, 'the credit that is overdue', isHis);
    await deliver(message);
    await until('the badge', async () => (await badge()) === message.unread);
    expect(message.unread).toBeGreaterThan(0);

    // A press on it opens the page that it is about.
    await phone.goto(url + message.path);
    expect((await shownOn(phone)).map(({ title, data }) => ({ title, data }))).toContainEqual({
      title: message.title,
      data: message.path,
    });
    await phone.goto(`${url}/collect`);
    const hugo = phone.getByTestId('due-row').filter({ hasText: 'Hugo Prieto' });
    await hugo.getByRole('button').first().click();
    await hugo.getByTestId('pay').click();
    await phone.getByTestId('record-payment').click();
    await hugo.waitFor({ state: 'detached' });
    await collected.filter({ hasNotText: before }).waitFor();
    await stage.admin.post('/api/v1/collections/check', {});
    expect(device.got.filter(({ message: each }) => isHis(each as { title: string }))).toHaveLength(1);
    isQuiet(phone, 'collect');
    isQuiet(desk, 'lending');
  });

  test('without a network a payment is kept and sent once', async () => {
    const { url } = stage.latido;
    const phone = await browsers.pageOf({ viewport: PHONE });
    await signInByForm(phone, url, 'carol');
    await phone.goto(`${url}/collect`);
    const eva = phone.getByTestId('due-row').filter({ hasText: 'Eva Ríos' });
    await eva.getByRole('button').first().click();
    await eva.getByTestId('pay').click();
    await phone.getByTestId('pay-amount').fill('-5');
    await phone.getByTestId('record-payment').click();
    await phone.locator('[aria-invalid="true"]').waitFor();
    await phone.getByTestId('pay-amount').fill('100.50');
    // Another tab of hers shows what this one keeps, and sends it, too: it counts once.
    const tab = await phone.context().newPage();
    await tab.goto(`${url}/collect`);
    await tab.getByTestId('due-row').first().waitFor();
    await phone.context().setOffline(true);
    await phone.getByTestId('record-payment').click();
    for (const page of [phone, tab]) await page.getByTestId('unsent').waitFor();
    expect((await shownOf('Eva Ríos')).balance).toBe(31_000);
    await phone.context().setOffline(false);
    for (const page of [phone, tab]) await page.getByTestId('unsent').waitFor({ state: 'detached' });
    await tab.close();
    expect(await shownOf('Eva Ríos')).toMatchObject({ balance: 20_950, payments: [{ amount: 10_050 }] });
    forgetSaid(phone);

    await eva.getByTestId('promise').click();
    await phone.getByTestId('promise-day').fill(inDays(3));
    await everyView(phone, 'collect-promise');
    await phone.getByTestId('keep-promise').click();
    await phone.getByTestId('toast').filter({ hasText: 'Promise of Eva Ríos' }).waitFor();
    expect((await shownOf('Eva Ríos')).promisedOn).toBe(inDays(3));
    for (const [path, ready] of [
      ['/collect/debtors', 'debtor-row'],
      ['/collect/payments', 'payment-row'],
      [`/credits/${ids['Eva Ríos'] ?? ''}`, 'credit-event'],
    ] as const)
      await look(phone, path, ready);
    isQuiet(phone, 'a credit');
  });

  test('who lends gives debtors to somebody else, and writes a credit off with a reason', async () => {
    const { url } = stage.latido;
    await lend('Nobody Has Her', { amount: 5_000, endDate: inDays(-5) });
    const desk = await browsers.pageOf();
    await signInByForm(desk, url, 'admin');
    await look(desk, '/lending/debtors?collector=none', 'debtor-row');
    await desk.getByTestId('choose-all').click();
    await desk.getByTestId('give').click();
    await desk.getByTestId('empty').waitFor();
    await look(desk, `/credits/${ids['Nobody Has Her'] ?? ''}`, 'credit-event');
    await desk.getByTestId('write-off').click();
    await desk.getByTestId('carry-out').click();
    await desk.locator('[aria-invalid="true"]').waitFor();
    await everyView(desk, 'credit-write-off');
    await desk.getByTestId('reason').fill('Moved away');
    await desk.getByTestId('carry-out').click();
    await desk.getByTestId('credit-event').filter({ hasText: 'Moved away' }).waitFor();
    isQuiet(desk, 'lending');
  });

  test('a file is looked at, refused with its lines named, taken whole, and undone', async () => {
    const { url } = stage.latido;
    const desk = await browsers.pageOf();
    await signInByForm(desk, url, 'admin');
    await desk.goto(`${url}/lending/import`);
    const choose = (text: string) =>
      desk
        .getByTestId('import-file')
        .setInputFiles({ name: 'clientes.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
    await choose('nombre;código\nPía;pia-1\n=1+1;pia-2\n;pia-3\n');
    await desk.getByTestId('import-now').click();
    await desk.getByTestId('import-fault').nth(1).waitFor();
    await everyView(desk, 'lending-import-refused');
    await choose('nombre;código\nPía;pia-1\n');
    await desk.getByTestId('import-now').click();
    await desk.getByTestId('import-undo').click();
    await desk.getByTestId('import-undo').waitFor({ state: 'detached' });
    isQuiet(desk, 'import');
  });

  const shownOf = (name: string) =>
    carol.get<{ balance: number; promisedOn: string | null; payments: object[] }>(
      `/api/v1/credits/${ids[name] ?? ''}`,
    );
  const look = async (page: Page, path: string, ready: string): Promise<void> => {
    await page.goto(stage.latido.url + path);
    await page.getByTestId(ready).first().waitFor();
    await everyView(
      page,
      path
        .split('?')[0]!
        .slice(1)
        .replaceAll('/', '-')
        .replace(/credit_.*/, 'one'),
    );
  };
});
