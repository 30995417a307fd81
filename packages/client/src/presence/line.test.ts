import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { openLine, type Line } from './line.ts';

let server: WebSocketServer;
let line: Line;
/** Says yes or no to each attempt, in turn; nothing said is yes. */
let answers: boolean[];
let attempts: number;
let opened: number;
const sockets: ServerSocket[] = [];

beforeEach(async () => {
  [answers, attempts, opened] = [[], 0, 0];
  sockets.length = 0;
  const verifyClient = (): boolean => {
    attempts += 1;
    return answers.shift() ?? true;
  };
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient });
  server.on('connection', (socket) => sockets.push(socket));
  await once(server, 'listening');
});
afterEach(() => {
  line.close();
  server.close();
});

function open(): Line {
  const { port } = server.address() as AddressInfo;
  const silent = { onMessage: () => undefined, onStatus: () => undefined };
  line = openLine(`ws://127.0.0.1:${port}`, { ...silent, onOpen: () => (opened += 1) });
  return line;
}

const until = (truth: () => unknown): Promise<void> =>
  expect.poll(truth, { interval: 5, timeout: 10_000 }).toBeTruthy();
const later = (ms: number): number => performance.now() + ms;

test('a second socket that is refused after the first was lost does not end the attempts', async () => {
  open();
  await until(() => opened === 1);
  answers = [false];
  line.watch(later(2_000));
  sockets[0]?.terminate();
  await until(() => opened === 2);
  expect(attempts).toBe(3);
});

test('a second socket that hangs gives way to a third, and only after five seconds', async () => {
  open();
  await until(() => opened === 1);
  server.options.verifyClient = (_request: unknown, _answer: unknown) => void (attempts += 1);
  line.watch(later(2_000));
  await until(() => attempts === 2);
  line.watch(later(4_000));
  line.watch(later(8_000));
  await until(() => attempts === 3);
  expect(opened).toBe(1);
});
