import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrames } from './text-frames.ts';

test('[PRES-TRACE-1] messages in one buffer arrive as they were, each by itself, short and long, between those of ws', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const messages = ['', 'a', 'é'.repeat(62), 'b'.repeat(125), 'c'.repeat(126), 'ñ'.repeat(5_000)];
  server.on('connection', (socket, request) => {
    socket.send('before');
    request.socket.write(textFrames(messages));
    socket.send('after');
    socket.close();
  });
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const heard: string[] = [];
  socket.on('message', (raw: Buffer) => heard.push(raw.toString()));
  await once(socket, 'close');
  server.close();
  expect(heard).toEqual(['before', ...messages, 'after']);
});
