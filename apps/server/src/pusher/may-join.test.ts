import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { reverb, startFixture, startFixtureOf } from './fixture.testing.ts';
import { signChannel } from './signature.ts';

const { database, fixture, close } = await startFixtureOf('call_g');
afterAll(close);

describe('authorizing', () => {
  const cases: [who: string, channel: string, status: number][] = [
    ['bob', 'private-inbox-person_bob', 200],
    ['alice', 'private-inbox-person_bob', 403],
    ['bob', 'private-user-person_bob', 200],
    ['alice', 'private-user-person_bob', 403],
    ['alice', 'private-call-call_g', 200],
    ['bob', 'presence-call-call_g', 200],
    ['carol', 'private-call-call_g', 403],
    ['admin', 'private-call-call_g', 403],
    ['carol', 'private-cobrador.person_carol', 200],
    ['carol', 'private-cobrador.person_bob', 403],
    ['bob', 'private-cobrador.person_bob', 403],
    ['admin', 'private-admin.notifications', 200],
    ['bob', 'private-admin.notifications', 403],
    ['admin', 'private-admin.notifications.more', 403],
    ['admin', 'private-anything', 403],
    ['admin', 'presence-anything', 403],
    ['bob', 'news', 200],
    ['nobody', 'private-inbox-person_bob', 401],
  ];
  test.each(cases)('[PUSHER-16] %s in %s: %d', async (who, channel_name, status) => {
    const answer = await fixture.authorize(who, { socket_id: '1.2', channel_name });
    expect(answer.status).toBe(status);
  });

  test('[PUSHER-16] forms are taken as well, on both paths; a presence channel names the person', async () => {
    for (const path of ['/broadcasting/auth', '/pusher/auth']) {
      const answer = await fetch(fixture.url + path, {
        method: 'POST',
        headers: { authorization: 'Bearer bob' },
        body: new URLSearchParams({ socket_id: '1.2', channel_name: 'presence-call-call_g' }),
      });
      const { auth, channel_data } = (await answer.json()) as { auth: string; channel_data: string };
      expect(JSON.parse(channel_data)).toEqual({ user_id: 'person_bob', user_info: { name: 'Bob' } });
      const channelData = channel_data;
      expect(auth).toBe(
        signChannel(reverb, { socketId: '1.2', channel: 'presence-call-call_g', channelData }),
      );
    }
  });

  test('[PUSHER-6] a signature is as the protocol page of Pusher has it', () => {
    const app = { key: '278d425bdf160c739803', secret: '7ad3773142a6692b25b8' };
    const of = { socketId: '1234.1234', channel: 'private-foobar' };
    expect(signChannel(app, of)).toBe(
      '278d425bdf160c739803:58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4',
    );
    const channelData = '{"user_id":10,"user_info":{"name":"Mr. Channels"}}';
    expect(signChannel(app, { socketId: '1234.1234', channel: 'presence-foobar', channelData })).toBe(
      '278d425bdf160c739803:31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80',
    );
  });
});

describe("a team's own channels", () => {
  const status = async (of: Pick<typeof fixture, 'authorize'>, who: string, channel_name: string) =>
    (await of.authorize(who, { socket_id: '1.2', channel_name })).status;

  test('[PUSHER-23] its rules say who may join, by id and by role; ours stand above them', async () => {
    const rules =
      'private-orders.{externalId}, presence-office:collector mentor, private-of.{personId}.*, private-inbox-*';
    const team = await startFixture(database, { settings: { LATIDO_CHANNEL_RULES: rules } });
    const cases: [who: string, channel: string, status: number][] = [
      ['carol', 'private-orders.7', 200],
      ['carol', 'private-orders.77', 403],
      // Without an external id there is no channel that goes by it.
      ['bob', 'private-orders.', 403],
      ['carol', 'presence-office', 200],
      ['dora', 'presence-office', 200],
      ['bob', 'presence-office', 403],
      ['bob', 'private-of.person_bob.drafts', 200],
      ['bob', 'private-of.person_bobby.drafts', 403],
      ['alice', 'private-inbox-person_bob', 403],
    ];
    for (const [who, channel, expected] of cases)
      expect([who, channel, await status(team, who, channel)]).toEqual([who, channel, expected]);
    await team.close();
  });

  test('[PUSHER-23] its own system is asked, signed, and where it gives no answer nobody is refused for good', async () => {
    const asked: unknown[] = [];
    const system = createServer((request, response) => {
      void request.toArray().then((parts) => {
        const body = Buffer.concat(parts as Buffer[]).toString();
        const signature = createHmac('sha256', reverb.secret).update(body).digest('hex');
        asked.push([JSON.parse(body), request.headers['x-latido-signature'] === signature]);
        response.writeHead(/open/.test(body) ? 204 : /broken/.test(body) ? 500 : 403).end();
      });
    }).listen(0, '127.0.0.1');
    await once(system, 'listening');
    const { port } = system.address() as AddressInfo;
    const settings = { LATIDO_CHANNEL_AUTH_URL: `http://127.0.0.1:${port}/channels` };
    const team = await startFixture(database, { settings });
    expect(await status(team, 'carol', 'private-open')).toBe(200);
    const carol = { personId: 'person_carol', externalId: '7', roles: ['collector'] };
    expect(asked).toEqual([[{ channel: 'private-open', ...carol }, true]]);
    expect(await status(team, 'carol', 'private-shut')).toBe(403);
    expect(await status(team, 'carol', 'private-broken')).toBe(503);
    system.close();
    system.closeAllConnections();
    expect(await status(team, 'carol', 'private-open')).toBe(503);
    await team.close();
  });
});
