import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startDoors } from '../doors.testing.ts';
import { openTestDatabases } from '../platform/testing.ts';

const [store] = await openTestDatabases();
const database = await store!.open();
const doors = await startDoors(database);
afterAll(async () => {
  await doors.close();
  await database.close();
});

const at = '/socket.io/?EIO=4&transport';
const channel = 'private-inbox-person_bob';

/** What is sent after the handshake, frame by frame, and how the answer to the last of it begins. */
const clients: [client: string, frames: string[], answer: string][] = [
  [
    'Python (python-socketio), with an acknowledgement',
    ['40{"token":"bob"}', `421["subscribe",{"channel":"${channel}","after":null}]`],
    '431[{"ok":true}]',
  ],
  ['Python without auth', ['40{}', '420["subscribe",{"channel":"news"}]'], '430[{"ok":true}]'],
  [
    'Dart (socket_io_client), without an acknowledgement',
    ['40{"token":"bob"}', '42["subscribe",{"channel":"private-user-person_alice"}]'],
    '42["subscription_error","private-user-person_alice",{"ok":false,"code":"channel.forbidden"}]',
  ],
  [
    'Java, with slashes and letters escaped',
    ['40{"token":"bob"}', '420["subscribe",{"channel":"private-inbox-person_b\\u006fb","after":""}]'],
    '430[{"ok":true}]',
  ],
];

test.each(clients)('[SIO-11] frames as %s writes them are taken', async (_client, frames, answer) => {
  const socket = new WebSocket(`${doors.url.replace('http', 'ws')}${at}=websocket&t=P1abc`);
  const said: string[] = [];
  socket.on('message', (text) => said.push(String(text)));
  await once(socket, 'open');
  await expect.poll(() => said[0]).toMatch(/^0\{"sid"/);
  socket.send(frames[0] ?? '');
  await expect.poll(() => said[1]).toMatch(/^40\{"sid"/);
  for (const frame of frames.slice(1)) socket.send(frame);
  await expect.poll(() => said).toContain(answer);
  socket.terminate();
});

test('[SIO-11] a client that begins by polling, as those of Java and Python do, says and hears the same', async () => {
  const poll = async (query: string, body?: string): Promise<string> => {
    const headers = { 'content-type': 'text/plain;charset=UTF-8' };
    const init = body === undefined ? {} : { method: 'POST', body, headers };
    return await (await fetch(`${doors.url}${at}=polling&t=P2${query}`, init)).text();
  };
  const { sid } = JSON.parse((await poll('')).slice(1)) as { sid: string };
  const here = `&sid=${sid}`;
  expect(await poll(here, '40{"token":"bob"}')).toBe('ok');
  expect(await poll(here)).toMatch(/^40\{"sid"/);
  // Several packets of one request stand between record separators.
  expect(await poll(here, '420["subscribe",{"channel":"news"}]\x1e421["subscribe",{"channel":"a b"}]')).toBe(
    'ok',
  );
  let heard = '';
  while (!heard.includes('431')) heard += await poll(here);
  expect(heard).toContain('430[{"ok":true}]');
  expect(heard).toContain('431[{"ok":false,"code":"request.invalid"}]');
});
