import { PushMessage } from '@latido/protocol';
import { FakePushService } from '@latido/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBrowsers, signInByForm } from './support/browser.ts';
import { pushDoorOf, shownOn, subscribesAt } from './support/push-door.ts';
import { setStage, type Stage } from './support/stage.ts';
import { stores } from './support/store.ts';
import { until } from './support/until.ts';

/** A device that is told while no page is open: the browser's push service is ours, everything else is the product's. */
describe('Pushes to a device', () => {
  let stage: Stage;
  let service: FakePushService;
  const browsers = openBrowsers();
  beforeAll(async () => {
    service = await new FakePushService().start();
    const [embedded] = stores();
    stage = await setStage(embedded!, { LATIDO_PUSH_ALLOW: '127.0.0.1' });
  });
  afterAll(async () => {
    await browsers.closeAll();
    await stage?.close();
    service?.close();
  });

  test('it asks on a press alone, tells the device what no page told, once, and where it leads', async () => {
    const device = service.device();
    const page = await browsers.pageOf();
    await page.context().grantPermissions(['notifications'], { origin: stage.latido.url });
    await subscribesAt(page, device);
    await signInByForm(page, stage.latido.url, 'alice');
    await page.goto(`${stage.latido.url}/inbox`);
    await page.getByTestId('devices').waitFor();
    expect(
      await page.evaluate(() => navigator.serviceWorker.getRegistrations().then(({ length }) => length)),
    ).toBe(0);
    await page.getByTestId('tell-here').click();
    await page.getByTestId('device').waitFor();

    // Nobody looks: no page of hers is open.
    const deliver = await pushDoorOf(page, stage.latido.url);
    const sentOf = async (title: string): Promise<PushMessage> => {
      const url = '/wallet';
      await stage.admin.post('/api/v1/notices', {
        to: [stage.alice.personId],
        title,
        body: 'As the team wrote it.',
        url,
      });
      await until(`${title} to be pushed`, async () => device.got.length > 0);
      return PushMessage.parse(device.got.splice(0).at(-1)?.message);
    };
    await page.goto('about:blank');
    const message = await sentOf('Come back');
    expect(message).toMatchObject({
      title: 'Come back',
      body: 'As the team wrote it.',
      path: '/wallet',
      unread: 1,
    });

    await deliver(message);
    await deliver(message);
    await deliver({ ...message, title: 'Another', id: 'other.1', tag: 'other' });
    await page.goto(`${stage.latido.url}/inbox`);
    await until('both to be shown, one of them once', async () => (await shownOn(page)).length === 2);
    expect(await shownOn(page)).toContainEqual({
      title: 'Come back',
      body: 'As the team wrote it.',
      data: '/wallet',
    });

    await page.getByTestId('device').waitFor();
    await page.getByTestId('tell-here').click();
    await until('the device to be forgotten', async () => (await page.getByTestId('device').count()) === 0);
  });
});
