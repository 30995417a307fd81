import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createCall } from '../calls/index.ts';
import { openTestDatabases } from '../platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from '../server.testing.ts';

/** What somebody hears of a call's channel, by one door. */
interface Ear {
  /** As `chat.message 3`, in their order, with all that was sent. */
  readonly heard: { what: string; data: string }[];
  close(): void;
}

type Door = (server: TestServer, who: Guest, channel: string) => Promise<Ear>;

const note = (heard: Ear['heard'], event: string, data: { seq?: number; personId?: string }): void => {
  if (event.startsWith('chat.'))
    heard.push({ what: `${event} ${data.seq ?? 'typing'}`, data: JSON.stringify(data) });
};

const bySocketIo: Door = async ({ url }, { headers }, channel) => {
  const heard: Ear['heard'] = [];
  const token = headers['authorization']?.replace('Bearer ', '');
  const socket = io(url, { transports: ['websocket'], auth: { token }, forceNew: true });
  socket.onAny((event: string, data: object) => note(heard, event, data));
  expect(await socket.emitWithAck('subscribe', { channel })).toEqual({ ok: true });
  return { heard, close: () => socket.disconnect() };
};

const byPusher: Door = async ({ url, config }, { headers }, channel) => {
  const heard: Ear['heard'] = [];
  const socket = new WebSocket(`${url.replace('http', 'ws')}/app/${config.reverb.key}?protocol=7`);
  await new Promise<void>((resolve, reject) => {
    const subscribe = async (socketId: string): Promise<void> => {
      const answer = await fetch(`${url}/broadcasting/auth`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ socket_id: socketId, channel_name: channel }),
      });
      const data = { channel, ...((await answer.json()) as object) };
      socket.send(JSON.stringify({ event: 'pusher:subscribe', data }));
    };
    socket.on('message', (text) => {
      const { event, data } = JSON.parse(String(text)) as { event: string; data: string };
      if (event === 'pusher:connection_established')
        subscribe((JSON.parse(data) as { socket_id: string }).socket_id).catch(reject);
      else if (event === 'pusher_internal:subscription_succeeded') resolve();
      else if (event.startsWith('chat.')) note(heard, event, JSON.parse(data) as object);
    });
  });
  return { heard, close: () => socket.terminate() };
};

for (const kind of await openTestDatabases()) {
  describe(`what is sent of whom somebody blocked, on ${kind.name}`, () => {
    let server: TestServer;
    beforeAll(async () => void (server = await startTestServer(kind)));
    afterAll(() => server.close());

    it.for([
      ['Socket.IO', bySocketIo],
      ['the Pusher protocol', byPusher],
    ] as const)(
      '[CHAT-6] by %s nothing of somebody blocked is sent, nor quoted, to who blocked them; all of it to the others',
      async ([name, door]) => {
        const tag = name.slice(0, 3).toLowerCase();
        const [erin, frank, dave] = [
          await server.person(`erin-${tag}`, ['mentor']),
          await server.person(`frank-${tag}`, ['client']),
          await server.person(`dave-${tag}`, ['client']),
        ];
        const people = [erin, frank, dave].map(({ personId }) => ({ personId, role: 'guest' as const }));
        const { id } = await server.db.transaction().execute((tx) =>
          createCall(tx, {
            roomName: `blocked-${tag}`,
            kind: 'mentoring',
            people,
            createdBy: erin.personId,
          }),
        );
        const at = `/api/v1/calls/${id}`;
        const ask = async (who: Guest, method: 'POST' | 'PATCH' | 'PUT', url: string, payload?: object) => {
          const body = payload === undefined ? {} : { payload };
          const { statusCode } = await server.app.inject({ method, url, headers: who.headers, ...body });
          expect(statusCode, url).toBeLessThan(300);
        };
        const say = (who: Guest, message: object) => ask(who, 'POST', `${at}/messages`, message);
        await ask(erin, 'POST', `/api/v1/people/${frank.personId}/block`);
        const ears = [
          await door(server, erin, `presence-call-${id}`),
          await door(server, dave, `presence-call-${id}`),
        ] as const;

        await ask(frank, 'POST', `${at}/typing`);
        await say(frank, { id: 'message-1', text: 'a word of frank' });
        await ask(frank, 'PATCH', `${at}/messages/1`, { text: 'another word of frank' });
        await ask(dave, 'PUT', `${at}/messages/1/reactions/👍`);
        await say(dave, { id: 'message-2', text: 'to that', replyTo: 1 });
        await ask(frank, 'PUT', `${at}/messages/2/reactions/👍`);
        await say(dave, { id: 'message-3', text: 'the last' });
        await expect
          .poll(() => ears.map(({ heard }) => heard.at(-1)?.what))
          .toEqual(Array(2).fill('chat.message 3'));
        for (const ear of ears) ear.close();

        const [erins, daves] = ears.map(({ heard }) => heard);
        // That there is an answer, without what it quotes.
        expect(erins?.map(({ what }) => what)).toEqual(['chat.changed 2', 'chat.message 3']);
        expect(JSON.stringify(erins)).not.toMatch(new RegExp(`word of frank|${frank.personId}`));
        expect(daves?.map(({ what }) => what)).toEqual([
          'chat.typing typing',
          'chat.message 1',
          'chat.changed 1',
          'chat.changed 1',
          'chat.message 2',
          'chat.changed 2',
          'chat.changed 2',
          'chat.message 3',
        ]);
      },
    );
  });
}
