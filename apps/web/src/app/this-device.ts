import type { PushDevice, PushKey } from '@latido/protocol';
import { api } from './api.ts';
import { deviceOwner, keepDeviceOwner } from './device-owner.ts';
import { untilUp } from './service-worker.ts';

/** Whether this browser can be told while its pages are closed. */
export function canBeTold(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;
}

/** Whether its person has forbidden it. */
export function isBlocked(): boolean {
  return canBeTold() && Notification.permission === 'denied';
}

/**
 * Asks for the permission, and has the server tell this device from now on; null when it is not given.
 *
 * @throws WorkerNotUp when the browser does not get ready for it
 */
export async function tellHere(personId: string): Promise<PushDevice | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null;
  const device = await register();
  keepDeviceOwner(personId);
  return device;
}

/** Has neither the browser nor the server know of this device any more. */
export async function tellHereNoMore(id: string): Promise<void> {
  keepDeviceOwner(null);
  await (await known())?.unsubscribe();
  await api.send('DELETE', `/api/v1/push/subscriptions/${encodeURIComponent(id)}`).catch(() => undefined);
}

/**
 * Tells the server anew of this device, where this person had chosen so: it forgets a device with its sign-in, and has another key after
 * its secret was changed. Null where they had not.
 */
export async function renewHere(personId: string): Promise<PushDevice | null> {
  const isChosen = deviceOwner() === personId && canBeTold() && Notification.permission === 'granted';
  return isChosen ? await register() : null;
}

async function register(): Promise<PushDevice> {
  const { key } = await api.send<PushKey>('GET', '/api/v1/push/key');
  const { pushManager } = await untilUp(await navigator.serviceWorker.register('/sw.js'));
  let subscription = await pushManager.getSubscription();
  if (subscription && !isOfKey(subscription, key)) {
    await subscription.unsubscribe();
    subscription = null;
  }
  subscription ??= await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  return await api.send<PushDevice>('POST', '/api/v1/push/subscriptions', subscription.toJSON());
}

async function known(): Promise<PushSubscription | null> {
  const worker = await navigator.serviceWorker.getRegistration('/');
  return (await worker?.pushManager.getSubscription()) ?? null;
}

function isOfKey({ options }: PushSubscription, key: string): boolean {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === key;
}
