import { createRequire } from 'node:module';
import Echo from 'laravel-echo';
import type PusherJs from 'pusher-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Notice } from '@latido/protocol';
import type { Database } from '../platform/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { leftNamed, aCall, startFixture, type Fixture } from './fixture.testing.ts';

/** pusher-js as it is on npm: its Node build. */
const Pusher = createRequire(import.meta.url)('pusher-js') as typeof PusherJs;
const [store] = await openTestDatabases();

describe('Laravel Echo, unmodified', () => {
  let database: Database;
  let fixture: Fixture;
  const echoes: Echo<'reverb'>[] = [];
  beforeAll(async () => {
    if (!store) throw new Error('no database');
    database = await store.open();
    await aCall(database, 'call_e');
    fixture = await startFixture(database);
  });
  afterEach(() => {
    for (const echo of echoes.splice(0)) echo.disconnect();
  });
  afterAll(async () => {
    await fixture.close();
    await database.close();
  });

  const echoOf = (who: string): Echo<'reverb'> => {
    const echo = new Echo({
      broadcaster: 'reverb',
      Pusher,
      key: 'key',
      wsHost: '127.0.0.1',
      wsPort: fixture.port,
      forceTLS: false,
      enabledTransports: ['ws'],
      authEndpoint: `${fixture.url}/broadcasting/auth`,
      // Not `bearerToken`: Echo puts that into headers which all its instances share.
      auth: { headers: { Authorization: `Bearer ${who}` } },
    });
    echoes.push(echo);
    return echo;
  };

  test('[ECHO-1] a public channel is heard, and a private one by whoever may', async () => {
    const echo = echoOf('bob');
    const news = echo.channel('news');
    const flash = new Promise((resolve) => news.listen('.flash', resolve));
    await new Promise<void>((resolve) => news.subscribed(resolve));
    fixture.realtime.hub.broadcast('news', 'flash', { n: 1 });
    expect(await flash).toEqual({ n: 1 });
    const inbox = echo.private('inbox-person_bob');
    const told = new Promise<Notice>((resolve) => inbox.listen('.call.partner_left', resolve));
    await new Promise<void>((resolve) => inbox.subscribed(resolve));
    await fixture.tell('person_bob', 'e1');
    expect((await told).payload).toEqual(leftNamed('e1'));
  });

  test('[ECHO-2] the people of a call see each other come and go, and whisper', async () => {
    const [alice, bob] = [echoOf('alice'), echoOf('bob')];
    const seen: [string, unknown][] = [];
    const until = (what: string) =>
      expect.poll(() => seen.map(([event]) => event), { timeout: 20_000 }).toContain(what);
    const room = alice.join('call-call_e');
    room
      .here((people: unknown) => seen.push(['here', people]))
      .joining((person: unknown) => seen.push(['joining', person]))
      .leaving((person: unknown) => seen.push(['leaving', person]))
      .listenForWhisper('typing', (data: unknown) => seen.push(['typing', data]));
    await until('here');
    const other = bob.join('call-call_e');
    await new Promise<void>((resolve) => other.here(() => resolve()));
    await until('joining');
    other.whisper('typing', { n: 1 });
    await until('typing');
    bob.leave('call-call_e');
    await until('leaving');
    expect(seen).toEqual([
      ['here', [{ name: 'Alice' }]],
      ['joining', { name: 'Bob' }],
      ['typing', { n: 1 }],
      ['leaving', { name: 'Bob' }],
    ]);
  });

  test('[ECHO-3] a channel of somebody else is refused as Echo shows it', async () => {
    const inbox = echoOf('carol').private('inbox-person_bob');
    const error = await new Promise<{ status: number }>((resolve) => inbox.error(resolve));
    expect(error).toMatchObject({ type: 'AuthError', status: 403 });
  });
});
