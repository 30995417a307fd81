import { afterAll, describe, expect, test } from 'vitest';
import { askHttpApi, member, signed, startFixtureOf } from './fixture.testing.ts';

const { fixture, close } = await startFixtureOf('call_oc');
afterAll(close);

describe('null as other clients write what they leave out', () => {
  const joined = (channel: string) => ['pusher_internal:subscription_succeeded', expect.anything(), channel];

  test('[PUSHER-27] in a subscribe it is what is left out', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', { channel: 'open', auth: null, channel_data: null });
    expect(await client.next()).toEqual(joined('open'));
    const call = signed(client, 'private-call-call_oc');
    client.send('pusher:subscribe', { ...call, channel_data: null });
    expect(await client.next()).toEqual(joined('private-call-call_oc'));
    const inbox = signed(client, 'private-inbox-person_bob');
    client.send('pusher:subscribe', { ...inbox, channel_data: null });
    expect(await client.next()).toEqual(joined('private-inbox-person_bob'));
    // A presence channel wants to know who comes, as before.
    client.send('pusher:subscribe', { ...signed(client, 'presence-null'), channel_data: null });
    expect((await client.next())[0]).toBe('pusher:subscription_error');
  });

  test('[PUSHER-27] in a frame, too', async () => {
    const client = await fixture.connect();
    client.socket.send(JSON.stringify({ event: 'pusher:ping', channel: null, data: null }));
    expect((await client.next())[0]).toBe('pusher:pong');
    const data = { channel: 'framed', auth: null, channel_data: null };
    client.socket.send(JSON.stringify({ event: 'pusher:subscribe', channel: null, data }));
    expect(await client.next()).toEqual(joined('framed'));
    client.socket.send(JSON.stringify({ event: 'pusher:unsubscribe', channel: null, data: null }));
    expect(await client.sofar()).toEqual([]);
  });

  test('[PUSHER-27] in what servers send: one event, and a batch', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', signed(client, 'presence-sent', member('z')));
    await client.next();
    const send = async (path: string, body: unknown) =>
      (await askHttpApi(fixture.url, ['POST', `/apps/latido/${path}`, body])).status;
    const event = { name: 'sold', data: '{"n":1}', socket_id: null, info: null };
    // As the libraries for .NET, Rust and Elixir write it.
    expect(await send('events', { ...event, channels: ['presence-sent'], channel: null })).toBe(200);
    expect(await send('events', { ...event, channel: 'presence-sent', channels: null })).toBe(200);
    expect(await send('batch_events', { batch: [{ ...event, channel: 'presence-sent' }] })).toBe(200);
    expect(await client.take(3)).toEqual(
      Array.from({ length: 3 }, () => ['sold', { n: 1 }, 'presence-sent']),
    );
    expect(await send('events', { ...event, channel: null, channels: null })).toBe(400);
  });
});
