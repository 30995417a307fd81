import { PushMessage } from '@latido/protocol';
import type { FakePushDevice } from '@latido/testkit';
import type { Page } from 'playwright-core';
import { until } from './until.ts';

/** Chromium's own push service is far away: a subscription of this page is one at ours. */
export async function subscribesAt(page: Page, device: FakePushDevice): Promise<void> {
  await page.addInitScript((subscription) => {
    let kept: object | null = null;
    Object.assign(PushManager.prototype, {
      subscribe: (options: { applicationServerKey: string }) => {
        const text = options.applicationServerKey.replaceAll('-', '+').replaceAll('_', '/');
        const applicationServerKey = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer;
        const unsubscribe = async () => {
          kept = null;
          return true;
        };
        kept = { options: { applicationServerKey }, toJSON: () => subscription, unsubscribe };
        return Promise.resolve(kept);
      },
      getSubscription: () => Promise.resolve(kept),
    });
  }, device.subscription);
}

/** Presses for this device to be told, on the page of notices. */
export async function tellHere(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/inbox`);
  await page.getByTestId('tell-here').click();
  await page.getByTestId('device').waitFor();
}

/** The first message that came to a device and fits, decrypted. */
export async function pushedTo(
  device: FakePushDevice,
  what: string,
  fits: (message: PushMessage) => boolean,
): Promise<PushMessage> {
  const found = (): PushMessage | undefined =>
    device.got.map(({ message }) => PushMessage.parse(message)).find(fits);
  await until(`${what} to be pushed`, async () => found() !== undefined);
  return found()!;
}

/** What brings a push into the service worker of a page's context, as the browser does when one arrives. */
export async function pushDoorOf(page: Page, origin: string): Promise<(data: object) => Promise<unknown>> {
  const session = await page.context().newCDPSession(page);
  const registrations: string[] = [];
  session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations: all }) =>
    registrations.push(...all.map(({ registrationId }) => registrationId)),
  );
  await session.send('ServiceWorker.enable');
  await until('the service worker to be known', async () => registrations.length > 0);
  return (data) =>
    session.send('ServiceWorker.deliverPushMessage', {
      origin,
      registrationId: registrations.at(-1) ?? '',
      data: JSON.stringify(data),
    });
}

/** What the service worker of this context shows now. */
export const shownOn = (page: Page): Promise<{ title: string; body: string; data: string }[]> =>
  page.evaluate(async () => {
    const worker = await navigator.serviceWorker.ready;
    return (await worker.getNotifications()).map(({ title, body, data }) => ({ title, body, data }));
  });

/** Keeps what the service worker sets the badge to: no headless browser has one to look at. @returns the last one set */
export async function badgeOf(page: Page): Promise<() => Promise<number | null>> {
  const workers = page.context().serviceWorkers();
  const worker = workers[0] ?? (await page.context().waitForEvent('serviceworker'));
  await worker.evaluate(() => {
    const set: number[] = [];
    Object.assign(globalThis, { badges: set });
    const setAppBadge = async (unread: number): Promise<void> => void set.push(unread);
    Object.defineProperty(navigator, 'setAppBadge', { value: setAppBadge, configurable: true });
  });
  return () => worker.evaluate(() => (globalThis as unknown as { badges: number[] }).badges.at(-1) ?? null);
}
