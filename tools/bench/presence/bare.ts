/** What beats cost by themselves: a plain server of sockets in a process of its own, which answers each, also those that want none, and knows nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

process.on('disconnect', () => process.exit());

const http = createServer();
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', (raw: Buffer) => {
    const { type, n } = JSON.parse(raw.toString()) as { type: string; n?: number };
    if (type === 'beat') socket.send(`{"type":"ack","n":${n}}`);
  });
});
http.listen(0, '127.0.0.1', () => {
  process.send?.({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
});
