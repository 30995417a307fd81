/**
 * A server of `npm run bench realtime`, in a process of its own: `latido`, whole and on its embedded database; `frames`, a plain `ws` server
 * that sends one frame that was built before; or `socket.io` with its own rooms. It sends what it is asked to.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server as SocketIo } from 'socket.io';
import { WebSocketServer, type WebSocket } from 'ws';
import { startDoors } from '../../../apps/server/src/doors.testing.ts';
import { loadConfig, openDatabase, silentLog } from '../../../apps/server/src/platform/index.ts';
import { textFrame } from '../../../apps/server/src/pusher/frame.ts';

/** What is sent, 200 bytes of it. */
const DATA = JSON.stringify({ text: 'x'.repeat(189) });
const EVENT = 'tick';

interface Sender {
  readonly url: string;
  /** Sends one message to everybody in the channel. */
  send(): void;
}

const KINDS: Readonly<Record<string, () => Promise<Sender>>> = { latido, frames, 'socket.io': socketIo };

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

const kind = process.argv[2] ?? '';
const sender = await KINDS[kind]?.();
if (!sender) throw new Error(`There is no server ${kind}.`);
process.on('message', ({ id, of = {} }: { id: number; of?: { times?: number } }) => {
  for (let n = 0; n < (of.times ?? 1); n += 1) sender.send();
  process.send?.({ id, result: true });
});
process.send?.({ url: sender.url });

async function latido(): Promise<Sender> {
  const config = loadConfig({ LATIDO_DATA_DIR: process.env['LATIDO_DATA_DIR'] });
  const doors = await startDoors(await openDatabase(config, silentLog), {
    settings: { LATIDO_SOCKETS_PER_ADDRESS: '100000' },
  });
  return { url: doors.url, send: () => doors.modules.realtime.hub.broadcast('bench', EVENT, DATA) };
}

async function frames(): Promise<Sender> {
  const server = createServer();
  const open = new Set<WebSocket>();
  const frame = textFrame(JSON.stringify({ event: EVENT, channel: 'bench', data: DATA }));
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket: WebSocket) =>
    open.add(socket),
  );
  const send = (): void => {
    for (const socket of open)
      (socket as unknown as { _socket: { write(of: Buffer): void } })._socket.write(frame);
  };
  return { url: await listen(server), send };
}

async function socketIo(): Promise<Sender> {
  const server = createServer();
  const io = new SocketIo(server, { serveClient: false });
  io.on('connection', (socket) => void socket.join('bench'));
  const payload: unknown = JSON.parse(DATA);
  return { url: await listen(server), send: () => io.to('bench').emit(EVENT, payload) };
}

async function listen(server: HttpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
