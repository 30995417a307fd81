/**
 * A server of `npm run bench realtime`, in a process of its own: `latido`, whole, on the database that its environment names; `frames`, a plain
 * `ws` server that sends one frame that was built before; or `socket.io` with its own rooms. It does what it is asked to.
 */
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Server as SocketIo } from 'socket.io';
import { WebSocketServer, type WebSocket } from 'ws';
import { startDoors } from '../../../apps/server/src/doors.testing.ts';
import { loadConfig, openDatabase, silentLog } from '../../../apps/server/src/platform/index.ts';
import { textFrame } from '../../../apps/server/src/pusher/frame.ts';

/** What is sent, 200 bytes of it. */
const DATA = JSON.stringify({ text: 'x'.repeat(189) });
const EVENT = 'tick';

/** What the bench asks for: messages, or notices to so many guests in turn, so many a second. */
interface Of {
  readonly times?: number;
  readonly guests?: number;
  readonly perSecond?: number;
}

interface Sender {
  readonly url: string;
  /** Sends one message to everybody in the channel. */
  send(): void;
  /** Tells a guest a notice that is named so; resolves when it is stored. */
  readonly tell?: (guest: number, name: string) => Promise<void>;
}

const KINDS: Readonly<Record<string, () => Promise<Sender>>> = { latido, frames, 'socket.io': socketIo };

// Ends with the bench, whatever happens to it.
process.on('disconnect', () => process.exit());

const kind = process.argv[2] ?? '';
const sender = await KINDS[kind]?.();
if (!sender) throw new Error(`There is no server ${kind}.`);
const asks: Readonly<Record<string, (of: Of) => unknown>> = {
  send({ times = 1 }) {
    for (let n = 0; n < times; n += 1) sender.send();
  },
  /** What its own thread holds once nobody's is collected, bytes; without what the kernel holds of a socket. */
  held() {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  },
  tell: tellAll,
};
process.on('message', async ({ id, asked, of = {} }: { id: number; asked: string; of?: Of }) => {
  const result = (await asks[asked]?.(of)) ?? true;
  process.send?.({ id, result });
});
process.send?.({ url: sender.url });

/** One after the other in their time, whether or not those before are stored; named by when it was begun (epoch ms). */
async function tellAll({ times = 1, guests = 1, perSecond = 200 }: Of): Promise<void> {
  const { tell } = sender ?? {};
  if (tell === undefined) throw new Error(`${kind} keeps no notices.`);
  const all: Promise<void>[] = [];
  const from = Date.now();
  for (let n = 0; n < times; n += 1) {
    const waitMs = from + (n * 1_000) / perSecond - Date.now();
    if (waitMs > 0) await pause(waitMs);
    all.push(tell(n % guests, `${Date.now()}.${n}`));
  }
  await Promise.all(all);
}

async function latido(): Promise<Sender> {
  const { LATIDO_DATA_DIR, DATABASE_URL, PORT = '0' } = process.env;
  const where = Object.entries({ LATIDO_DATA_DIR, DATABASE_URL }).filter(([, value]) => value !== undefined);
  const doors = await startDoors(await openDatabase(loadConfig(Object.fromEntries(where)), silentLog), {
    settings: { PORT, LATIDO_SOCKETS_PER_ADDRESS: '100000' },
  });
  return {
    url: doors.url,
    send: () => doors.modules.realtime.hub.broadcast('bench', EVENT, DATA),
    tell: (guest, name) => doors.tell(`person_guest${guest}`, name),
  };
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
