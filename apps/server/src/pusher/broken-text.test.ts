import { afterAll, describe, expect, test } from 'vitest';
import { askHttpApi, reverb, signed, startFixtureOf, type Client } from './fixture.testing.ts';
import { signUser } from './signature.ts';

const { fixture, close } = await startFixtureOf('call_odd');
afterAll(close);

const ODD = { NUL: 'a\0b', 'half of a character': '\ud83d' };

describe.each(Object.entries(ODD))('%s', (what, odd) => {
  test('[PUSHER-25] is no id of a member, of a user, nor of whom one watches', async () => {
    const client = await fixture.connect();
    const enter = signed(client, 'presence-odd', JSON.stringify({ user_id: odd, user_info: { name: odd } }));
    client.send('pusher:subscribe', enter);
    expect((await client.next())[0]).toBe('pusher:subscription_error');
    const signIn = async (user: object): Promise<number> => {
      const one = await fixture.connect();
      const user_data = JSON.stringify(user);
      one.send('pusher:signin', {
        user_data,
        auth: signUser(reverb, { socketId: one.socketId, userData: user_data }),
      });
      return (await one.closed)[0];
    };
    expect([await signIn({ id: odd }), await signIn({ id: 'ann', watchlist: [odd] })]).toEqual([4009, 4009]);
  });

  test('[PUSHER-25] passes in what members and servers say, as it was said', async () => {
    const channel = `presence-said-${what.length}`;
    const enter = async (id: string): Promise<Client> => {
      const client = await fixture.connect();
      client.send(
        'pusher:subscribe',
        signed(client, channel, JSON.stringify({ user_id: id, user_info: odd })),
      );
      await client.next();
      return client;
    };
    const [ann, ben] = [await enter('ann'), await enter('ben')];
    expect((await ann.next())[1]).toEqual({ user_id: 'ben', user_info: odd });
    ben.send(`client-${odd}`, { odd }, channel);
    expect(await ann.next()).toEqual([`client-${odd}`, { odd }, channel]);
    const event = { name: odd, data: JSON.stringify(odd), channel };
    expect((await askHttpApi(fixture.url, ['POST', '/apps/latido/events', event])).status).toBe(200);
    expect(await ann.next()).toEqual([odd, odd, channel]);
  });

  test('[PUSHER-25] is no name of a channel, for whoever joins, sends or asks', async () => {
    const client = await fixture.connect();
    for (const channel of [`x${odd}`, `#server-to-user-${odd}`]) {
      client.send('pusher:subscribe', { channel });
      expect((await client.take(2))[0]?.[0]).toBe('pusher:subscription_error');
      const event = { name: 'e', data: '{}', channel };
      expect((await askHttpApi(fixture.url, ['POST', '/apps/latido/events', event])).status).toBe(400);
    }
  });
});

describe('data that lies deeper than it can be written', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);

  test('[PUSHER-25] is refused, whoever says it, and ends nothing', async () => {
    const client = await fixture.connect();
    client.socket.send(`{"event":"client-deep","channel":"private-call-call_odd","data":${deep}}`);
    expect(await client.next()).toEqual([
      'pusher:error',
      { code: 4301, message: expect.stringContaining('too deep') },
    ]);
    const enter = signed(client, 'presence-deep', `{"user_id":"ann","user_info":${deep}}`);
    client.send('pusher:subscribe', enter);
    expect((await client.take(2))[0]?.[0]).toBe('pusher:subscription_error');
    client.send('pusher:ping', {});
    expect((await client.next())[0]).toBe('pusher:pong');
  });

  test('[PUSHER-25] is passed on as the text that it came as', async () => {
    const client = await fixture.connect();
    client.send('pusher:subscribe', { channel: 'deep' });
    await client.next();
    const data = '['.repeat(4_000) + ']'.repeat(4_000);
    const event = { name: 'e', data, channel: 'deep' };
    expect((await askHttpApi(fixture.url, ['POST', '/apps/latido/events', event])).status).toBe(200);
    expect((await client.next())[0]).toBe('e');
  });
});

describe('the HTTP API', () => {
  test.each([
    ['a signature twice', '/channels', '&auth_signature=a'],
    ['a key twice', '/channels', '&auth_key=key'],
    ['info as a list', '/channels?info[]=user_count', ''],
  ])('[PUSHER-15] %s is refused in words', async (_what, path, more) => {
    const asked = new URL(path, fixture.url);
    const seconds = String(Math.floor(Date.now() / 1000));
    asked.search += `${asked.search ? '&' : ''}auth_key=key&auth_version=1.0&auth_timestamp=${seconds}`;
    const url = `${fixture.url}/apps/latido${asked.pathname}${asked.search}&auth_signature=a${more}`;
    expect((await fetch(url)).status).toBeLessThan(402);
  });
  test('[PUSHER-15] a parameter that comes twice is refused to whoever signs it, too', async () => {
    const info = await askHttpApi(fixture.url, ['GET', '/apps/latido/channels/a?info=cache'], { info: 'x' });
    expect(info.status).toBe(401);
  });
});
