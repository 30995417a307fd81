/**
 * The service worker: shows what is pushed while no page of ours is looked at, and leads to the page that it is about. It keeps no pages
 * and answers no requests; it is installed by whoever asks to be told on this device.
 */
const SHOWN = 'latido-pushes';
/** So many pushes are remembered, so that one that comes twice is shown once. */
const SHOWN_MOST = 100;
const INBOX = '/inbox';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('push', (event) => event.waitUntil(show(event.data)));
self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(lead(event.notification.data));
});
self.addEventListener('pushsubscriptionchange', (event) => event.waitUntil(subscribeAnew()));

async function show(sent) {
  const { title, body, path, tag, id, unread } = sent.json();
  if (typeof unread === 'number') await navigator.setAppBadge?.(unread).catch(() => undefined);
  if (!(await isNew(id)) || (await pages()).some((page) => page.visibilityState === 'visible')) return;
  await self.registration.showNotification(title, {
    body,
    tag,
    renotify: true,
    icon: '/favicon.svg',
    data: path,
  });
}

async function isNew(id) {
  const shown = await caches.open(SHOWN);
  const at = `/pushed/${encodeURIComponent(id)}`;
  if (await shown.match(at)) return false;
  await shown.put(at, new Response());
  const all = await shown.keys();
  await Promise.all(all.slice(0, -SHOWN_MOST).map((old) => shown.delete(old)));
  return true;
}

/** To a page that is open there, else to a new one: a page that somebody is in a call on is never led away. */
async function lead(path) {
  const { href } = pageOf(path);
  const there = (await pages()).find((page) => page.url === href);
  return there ? await there.focus() : await self.clients.openWindow(href);
}

/** Pages of ours only, whatever was sent. */
function pageOf(path) {
  const { origin } = self.location;
  const wanted = URL.canParse(path, origin) ? new URL(path, origin) : null;
  return wanted?.origin === origin ? wanted : new URL(INBOX, origin);
}

function pages() {
  return self.clients.matchAll({ type: 'window', includeUncontrolled: true });
}

/** The browser has let the old subscription go. */
async function subscribeAnew() {
  const answer = await fetch('/api/v1/push/key');
  const { key } = await answer.json();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = await self.registration.pushManager.subscribe(options);
  await fetch('/api/v1/push/subscriptions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(subscription),
  });
}
