import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocketServer, type WebSocket as ServerSocket } from 'ws';
import { openLine, type Line } from './line.ts';

type Answer = (yes: boolean, status: number) => void;

let server: WebSocketServer;
let line: Line;
/** What the next attempts are told; when it is empty, yes. A promise keeps them waiting. */
let answers: Promise<boolean>[];
let attempts: number;
/** What the line has told: whether the server hears it. */
let told: boolean[];
/** How many messages it has passed on. */
let words: number;
const sockets: ServerSocket[] = [];

beforeEach(async () => {
  [answers, attempts, told, words] = [[], 0, [], 0];
  sockets.length = 0;
  const decide = async (answer: Answer): Promise<void> => {
    attempts += 1;
    // Not ws' own 401: Node's WebSocket asks once more by itself after that.
    answer((await answers.shift()) ?? true, 503);
  };
  // ws waits for the answer only of a function with two parameters.
  const verifyClient = (_request: unknown, answer: Answer): void => void decide(answer);
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', verifyClient });
  server.on('connection', (socket) => sockets.push(socket));
  await once(server, 'listening');
});
afterEach(() => {
  vi.useRealTimers();
  line.close();
  server.close();
});

async function open({ beatEveryMs = 500, onQuiet = (quiet: boolean): unknown => quiet } = {}): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const deaf = { onMessage: () => void (words += 1), onOpen: () => undefined };
  const events = {
    ...deaf,
    onQuiet: (quiet: boolean) => void onQuiet(quiet),
    onStatus: (up: boolean) => void told.push(up),
  };
  line = openLine(() => `ws://127.0.0.1:${port}`, events, beatEveryMs);
  await until(() => told.length === 1);
}

const until = (truth: () => unknown): Promise<void> =>
  expect.poll(truth, { interval: 5, timeout: 10_000 }).toBeTruthy();
const later = (ms: number): number => performance.now() + ms;

test('a second socket that is refused after the first was lost does not end the attempts', async () => {
  await open();
  let refuse: (yes: boolean) => void = () => undefined;
  answers = [new Promise((resolve) => (refuse = resolve))];
  line.watch(later(2_000));
  await until(() => attempts === 2);
  sockets[0]?.terminate();
  await until(() => told.length === 2);
  refuse(false);
  await until(() => told.length === 3);
  expect([told, attempts]).toEqual([[true, false, true], 3]);
});

test('a second socket that hangs gives way to a third, and only after five seconds', async () => {
  await open();
  answers = [new Promise(() => undefined)];
  line.watch(later(2_000));
  await until(() => attempts === 2);
  line.watch(later(4_000));
  line.watch(later(8_000));
  await until(() => told.length === 2);
  expect([told, attempts]).toEqual([[true, true], 3]);
});

test('where beats come every two seconds, two seconds without a word are no silence', async () => {
  await open({ beatEveryMs: 2_000 });
  line.watch(later(2_100));
  expect(attempts).toBe(1);
  line.watch(later(4_100));
  await until(() => attempts === 2);
});

test('each second beat does without an answer, and none while one stays out', async () => {
  await open();
  const asked = (): boolean[] => Array.from({ length: 3 }, () => line.wantsAnswer());
  const hear = async (): Promise<void> => {
    words = 0;
    sockets[0]?.send('{"type":"ack","n":1}');
    await until(() => words === 1);
  };
  expect(asked()).toEqual([true, true, true]);
  await hear();
  expect(asked()).toEqual([false, true, true]);
  await hear();
  expect(line.wantsAnswer()).toBe(false);
  expect(line.wantsAnswer()).toBe(true);
  await hear();
  expect(line.wantsAnswer()).toBe(false);
});

test('where beats come every two seconds each is answered', async () => {
  await open({ beatEveryMs: 2_000 });
  expect([line.wantsAnswer(), line.wantsAnswer()]).toEqual([true, true]);
  sockets[0]?.send('{"type":"ack","n":1}');
  await until(() => words > 0);
  expect([line.wantsAnswer(), line.wantsAnswer()]).toEqual([true, true]);
});

test('a server that does not answer is told as quiet once, and again when it speaks', async () => {
  const quiet: boolean[] = [];
  await open({ onQuiet: (is) => quiet.push(is) });
  answers = [new Promise(() => undefined)];
  line.watch(later(900));
  expect(quiet).toEqual([]);
  line.watch(later(1_300));
  // Told, and no second socket yet.
  expect([quiet, attempts]).toEqual([[true], 1]);
  line.watch(later(1_600));
  line.watch(later(3_500));
  expect(quiet).toEqual([true]);
  sockets[0]?.send('{"type":"ack","n":1}');
  await until(() => quiet.length === 2);
  expect(quiet).toEqual([true, false]);
});

test('a server that has answered on another way is not waited for: the line is opened at once, and only if it is down', async () => {
  await open();
  line.wake();
  expect(attempts).toBe(1);
  // No try by itself ever comes due.
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  sockets[0]?.terminate();
  await until(() => told.length === 2);
  expect(attempts).toBe(1);
  line.wake();
  line.wake();
  await until(() => told.length === 3);
  expect([told, attempts]).toEqual([[true, false, true], 2]);
});
