import type { Notice } from '@latido/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connectRealtime } from './connect-realtime.ts';
import type { RealtimeConnection, RealtimeOptions, RealtimeStatus } from './options.ts';
import { isNewer, Reading } from './reading.ts';
import { QUICK, SmallServer } from './server.testing.ts';
import type { Timing } from './timing.ts';

let server: SmallServer;
let url: string;
let connection: RealtimeConnection | undefined;
let seen: string[];
let statuses: RealtimeStatus[];

beforeEach(async () => {
  server = new SmallServer();
  url = await server.start();
  seen = [];
  statuses = [];
});
afterEach(async () => {
  connection?.close();
  await server.close();
});

const common = (): RealtimeOptions => ({
  url,
  key: 'key',
  personId: 'person_bob',
  auth: () => ({ authorization: 'Bearer bob' }),
  onNotice: (notice: Notice) => seen.push(String(notice.payload['key'])),
  onStatus: (status) => statuses.push(status),
});

function connect(more: Partial<RealtimeOptions> = {}, timing: Partial<Timing> = {}): RealtimeConnection {
  connection = connectRealtime({ ...common(), ...more }, { ...QUICK, ...timing });
  return connection;
}

const until = (truth: () => unknown): Promise<void> =>
  expect.poll(truth, { interval: 5, timeout: 10_000 }).toBeTruthy();

describe('over a socket', () => {
  test('[RT-1] what is in the inbox comes first, then what is told; each once, in order, and acknowledged', async () => {
    server.tell('a');
    const { cursor } = connect();
    expect(cursor).toBeNull();
    await until(() => seen.length === 1);
    server.tell('b');
    server.say('call.ended', server.notices[0], 'private-inbox-person_bob');
    server.tell('c');
    await until(() => seen.length === 3);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect([connection?.cursor, connection?.connected]).toEqual(['e.3', true]);
    await until(() => server.heard.includes('client-inbox-ack private-inbox-person_bob'));
    expect(server.asked.some(({ line }) => line.startsWith('GET'))).toBe(false);
  });

  test('[RT-2] the cursor of last time is what it goes on from, and who asks is said', async () => {
    for (const key of ['a', 'b', 'c']) server.tell(key);
    connect({ after: 'e.2' });
    await until(() => seen.length === 1);
    expect(seen).toEqual(['c']);
    const [auth] = server.asked.filter(({ body }) => JSON.stringify(body ?? '').includes('private-inbox'));
    expect(auth?.body).toEqual({ socket_id: '1.2', channel_name: 'private-inbox-person_bob', after: 'e.2' });
    expect(auth?.headers.authorization).toBe('Bearer bob');
  });

  test('[RT-3] a socket that closes comes back where it was', async () => {
    connect();
    await until(() => connection?.connected);
    server.tell('a');
    await until(() => seen.length === 1);
    for (const socket of server.sockets) socket.close(1012);
    server.tell('b', { missed: true });
    await until(() => seen.length === 2);
    expect(seen).toEqual(['a', 'b']);
    expect(statuses).toEqual(['live', 'connecting', 'live']);
  });

  test('[RT-4] a call as this person sees it is given to whoever listens to that call', async () => {
    const heard: unknown[] = [];
    const events: unknown[] = [];
    connect({ onEvent: (event, _data, channel) => events.push([event, channel]) });
    const stop = connection?.subscribe('private-call-1', (event, data) => heard.push([event, data]));
    await until(() => server.heard.includes('pusher:subscribe private-user-person_bob'));
    server.say('call.state', { callId: '1' }, 'private-user-person_bob');
    server.say('call.state', { callId: '2' }, 'private-user-person_bob');
    await until(() => events.length === 2);
    expect(heard).toEqual([['call.state', { callId: '1' }]]);
    expect(events).toEqual(Array(2).fill(['call.state', 'private-user-person_bob']));
    stop?.();
    await until(() => server.heard.includes('pusher:unsubscribe private-call-1'));
  });

  test('[RT-4] a channel that may not be joined is told to its listener, and the inbox goes on', async () => {
    const heard: string[] = [];
    connect();
    connection?.subscribe('private-call-forbidden', (event) => heard.push(event));
    await until(() => heard.length === 1);
    expect(heard).toEqual(['pusher:subscription_error']);
    await until(() => connection?.connected);
  });

  test('[RT-5] a cursor that is too old is told, and the place is the new one', async () => {
    let resets = 0;
    connect({ after: 'old.9', onReset: () => (resets += 1) });
    await until(() => connection?.connected);
    server.say('inbox.reset', { cursor: 'e.0' }, 'private-inbox-person_bob');
    server.tell('a');
    await until(() => seen.length === 1);
    expect([resets, connection?.cursor]).toEqual([1, 'e.1']);
  });
});

describe('the key', () => {
  test('[RT-12] without a key the server is asked, once it answers', async () => {
    server.keyStatus = 503;
    const { key: _key, ...rest } = common();
    connection = connectRealtime(rest, QUICK);
    await until(() => statuses.includes('polling'));
    server.keyStatus = 200;
    await until(() => connection?.connected);
    const upgrades = server.asked.filter(({ line }) => line.startsWith('UPGRADE'));
    expect(upgrades.map(({ line }) => line)).toEqual([
      'UPGRADE /app/learned?protocol=7&client=latido&version=0.1.0',
    ]);
  });
});

describe('without a socket', () => {
  test('[RT-6] after two failed opens it polls; when a socket can be had it is live, and nothing comes twice', async () => {
    server.takesSockets = false;
    server.tell('a');
    connect();
    await until(() => seen.length === 1);
    server.tell('b');
    await until(() => seen.length === 2);
    expect(connection?.status).toBe('polling');
    server.takesSockets = true;
    server.tell('c');
    await until(() => connection?.connected);
    server.tell('d');
    await until(() => seen.length === 4);
    expect(seen).toEqual(['a', 'b', 'c', 'd']);
    expect(statuses).toEqual(['polling', 'live']);
    const polls = server.asked
      .filter(({ line }) => line.startsWith('GET /api/status'))
      .map(({ line }) => line);
    expect(polls[0]).toBe('GET /api/status/updates');
    expect(polls).toContain('GET /api/status/updates?after=e.2');
  });

  test('[RT-73] whenever a way has opened the page is told, so that it asks for what it shows', async () => {
    server.takesSockets = false;
    const doors: unknown[] = [];
    const stop = connect().opened(() => doors.push(connection?.door));
    await until(() => doors.length === 1);
    server.takesSockets = true;
    await until(() => connection?.connected);
    expect(doors).toEqual(['poll', 'socket']);
    stop();
    const before = [...server.sockets];
    for (const socket of before) socket.terminate();
    // Not connected is over sooner than one can look: another socket is what stays to be seen.
    await until(() => connection?.connected && [...server.sockets].some((each) => !before.includes(each)));
    expect(doors).toHaveLength(2);
  });

  test('[RT-7] a socket without a frame is dead: it polls at once, before another one is tried', async () => {
    connect({}, { quietMs: 400, backoffScale: 1e6 });
    await until(() => connection?.connected);
    server.answers = false;
    server.tell('missed', { missed: true });
    await until(() => statuses.includes('polling'));
    await until(() => seen.length === 1);
    expect(server.heard).toContain('pusher:ping');
  });

  test('[RT-8] where nobody is signed in it is offline, and tries on until somebody is', async () => {
    server.authStatus = 401;
    connect();
    await until(() => statuses.includes('offline'));
    server.authStatus = 200;
    server.tell('a');
    await until(() => connection?.connected && seen.length === 1);
  });

  test('[RT-9] when it wakes it asks at once', async () => {
    server.takesSockets = false;
    connect({}, { pollEveryMs: 1_000_000, retryMs: 1_000_000 });
    await until(() => connection?.status === 'polling');
    server.takesSockets = true;
    server.tell('a');
    connection?.wake();
    await until(() => seen.length === 1 && connection?.connected);
  });

  test('[RT-13] a server that was away and answers a poll again is given a socket at once', async () => {
    server.takesSockets = false;
    server.authStatus = 503;
    connect({}, { retryMs: 1_000_000 });
    await until(() => statuses.includes('offline'));
    server.takesSockets = true;
    server.authStatus = 200;
    await until(() => connection?.connected);
  });

  test('[RT-13] where a socket was up a moment ago, another one is soon tried though polling never failed', async () => {
    connect({}, { retryMs: 1_000_000 });
    await until(() => connection?.connected);
    server.takesSockets = false;
    for (const socket of server.sockets) socket.close(1012);
    await until(() => statuses.includes('polling'));
    server.takesSockets = true;
    await until(() => connection?.connected);
  });

  test('[RT-10] after close nothing more is said or asked', async () => {
    connect();
    await until(() => connection?.connected);
    connection?.close();
    await until(() => server.sockets.size === 0);
    expect([connection?.status, statuses.at(-1)]).toEqual(['closed', 'closed']);
    connection?.wake();
    expect(server.sockets.size).toBe(0);
  });
});

describe('the doors between', () => {
  const doorIs = (door: string) => until(() => connection?.door === door);

  test('[RT-14] without a socket it streams, without a stream it holds a poll, without that it polls; one cursor', async () => {
    server.takesSockets = false;
    server.offers.add('stream').add('long-poll');
    server.tell('a');
    connect({}, { retryMs: 1_000_000 });
    await until(() => seen.length === 1);
    await doorIs('stream');
    server.tell('b');
    await until(() => seen.length === 2);
    server.offers.delete('stream');
    server.cut();
    await doorIs('long-poll');
    server.tell('c');
    await until(() => seen.length === 3);
    server.offers.delete('long-poll');
    server.tell('d');
    await doorIs('poll');
    server.tell('e');
    await until(() => seen.length === 5);
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(server.asked.map(({ line }) => line)).toContain('GET /api/v1/inbox/stream?live=true');
    expect(server.asked.map(({ line }) => line)).toContain('GET /api/v1/inbox?wait=25&after=e.2');
  });

  test('[RT-14] hopping at random among all doors, cut in the middle, nothing is lost, repeated or out of order', async () => {
    server.offers.add('stream').add('long-poll');
    connect({}, { retryMs: 5 });
    let seed = 7;
    const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let n = 0; n < 300; n += 1) {
      server.tell(`n${n}`);
      if (chance() < 0.1) {
        server.takesSockets = chance() < 0.5;
        for (const door of ['stream', 'long-poll'] as const)
          if (chance() < 0.5) server.offers.add(door);
          else server.offers.delete(door);
        server.cut();
        for (const socket of server.sockets) socket.terminate();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    server.takesSockets = true;
    server.cut();
    for (const socket of server.sockets) socket.terminate();
    server.tell('last');
    await until(() => seen.at(-1) === 'last');
    expect(seen).toEqual([...Array.from({ length: 300 }, (_, n) => `n${n}`), 'last']);
  });

  test('[RT-15] a stream without a word is given up, and a poll that nobody holds is not asked again and again', async () => {
    server.takesSockets = false;
    server.offers.add('stream');
    connect({}, { streamQuietMs: 30, heldMs: 1_000_000, retryMs: 1_000_000 });
    await doorIs('stream');
    server.tell('missed', { missed: true });
    await doorIs('poll');
    await until(() => seen.length === 1);
  });
});

describe('acknowledging', () => {
  test('[RT-16] what came by a stream is acknowledged, though a stream hears nothing', async () => {
    server.takesSockets = false;
    server.offers.add('stream');
    server.tell('a');
    connect({}, { retryMs: 1_000_000 });
    await until(() => server.asked.some(({ line }) => line === 'GET /api/status/updates?limit=1&after=e.1'));
    expect([connection?.door, seen]).toEqual(['stream', ['a']]);
  });
});

describe('reading', () => {
  test('[RT-11] what lies before the place is dropped; of a new numbering everything is new', () => {
    const cases: [string, string | null, boolean][] = [
      ['e.1', null, true],
      ['e.2', 'e.1', true],
      ['e.1', 'e.1', false],
      ['e.9', 'e.10', false],
      ['f.1', 'e.10', true],
    ];
    for (const [cursor, than, newer] of cases) expect(isNewer(cursor, than)).toBe(newer);
  });

  test('[RT-11] the place moves on when the handler has returned', () => {
    const places: (string | null)[] = [];
    const reading = new Reading('e.1', () => places.push(reading.cursor));
    reading.take({ cursor: 'e.2', type: 'x', payload: {} });
    expect([...places, reading.cursor]).toEqual(['e.1', 'e.2']);
  });
});
