import type { Notice } from '@latido/protocol';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RealtimeConnection } from './options.ts';
import { QUICK, SmallServer } from './server.testing.ts';
import { connectShared } from './share-tabs.ts';

let server: SmallServer;
let url: string;
const open: RealtimeConnection[] = [];

beforeEach(async () => {
  server = new SmallServer();
  url = await server.start();
});
afterEach(async () => {
  for (const tab of open.splice(0)) tab.close();
  await server.close();
});

const until = (truth: () => unknown): Promise<void> =>
  expect.poll(truth, { interval: 5, timeout: 10_000 }).toBeTruthy();
/** A tab of one browser: in one process, as the locks and the channel between them are. */
const tab = () => {
  const seen: string[] = [];
  const connection = connectShared(
    {
      url,
      key: 'key',
      personId: 'person_bob',
      auth: () => ({ authorization: 'Bearer bob' }),
      onNotice: (notice: Notice) => seen.push(String(notice.payload['key'])),
    },
    QUICK,
  );
  open.push(connection);
  return { seen, connection };
};
const sockets = (): number =>
  server.heard.filter((line) => line === 'pusher:subscribe private-inbox-person_bob').length;

describe('many tabs of one browser', () => {
  test('[RT-20] have one socket, and each is told everything once and in order', async () => {
    const tabs = [tab(), tab(), tab()];
    await until(() => tabs.every(({ connection }) => connection.connected));
    for (const key of ['a', 'b', 'c']) server.tell(key);
    await until(() => tabs.every(({ seen }) => seen.length === 3));
    expect(tabs.map(({ seen }) => seen.join(''))).toEqual(['abc', 'abc', 'abc']);
    expect(sockets()).toBe(1);
    expect(tabs[2]?.connection).toMatchObject({ status: 'live', door: 'socket', cursor: 'e.3' });
  });

  test('[RT-21] when the one that leads is closed, another goes on where it was: nothing lost, nothing twice', async () => {
    const [first, second, third] = [tab(), tab(), tab()];
    await until(() => third.connection.connected);
    server.tell('a');
    await until(() => second.seen.length === 1 && third.seen.length === 1);
    first.connection.close();
    server.tell('b');
    await until(() => second.seen.length === 2 && third.seen.length === 2);
    server.tell('c');
    await until(() => second.seen.length === 3 && third.seen.length === 3);
    expect([second.seen, third.seen]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
    expect([first.seen, sockets()]).toEqual([['a'], 2]);
  });

  test('[RT-22] a channel that any tab listens to is joined by the one that leads, also by the next one', async () => {
    const [first, second] = [tab(), tab()];
    await until(() => second.connection.connected);
    const heard: string[] = [];
    const stop = second.connection.subscribe('news', (event) => heard.push(event));
    await until(() => server.heard.includes('pusher:subscribe news'));
    server.say('flash', {}, 'news');
    await until(() => heard.length === 1);
    first.connection.close();
    await until(() => server.heard.filter((line) => line === 'pusher:subscribe news').length === 2);
    server.say('again', {}, 'news');
    await until(() => heard.length === 2);
    stop();
    await until(() => server.heard.includes('pusher:unsubscribe news'));
  });

  test('[RT-23] one that leads and says nothing more gives way to a tab that is looked at', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    try {
      // It holds the lock, and sleeps.
      let wake = (): void => undefined;
      const sleeper = navigator.locks
        .request(`latido.realtime ${url} person_bob`, () => new Promise<void>((resolve) => (wake = resolve)))
        .catch(() => undefined);
      tab();
      server.tell('a');
      for (let n = 0; n < 3; n += 1) vi.advanceTimersByTime(5_000);
      await sleeper;
      wake();
    } finally {
      vi.useRealTimers();
    }
    await until(() => open[0]?.connected);
    await until(() => open[0]?.cursor === 'e.1');
  });
});
