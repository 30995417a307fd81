import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from './server.testing.ts';

const FOLDER = fileURLToPath(new URL('../../../examples/', import.meta.url));
const [embedded] = await openTestDatabases();

/** Examples as they stand, against a server as it is started: a credit falls due, and something is paid. */
describe('examples', () => {
  let server: TestServer;
  let manager: Guest;
  let carol: Guest;
  let url: string;
  const running: ChildProcess[] = [];

  beforeAll(async () => {
    server = await startTestServer(embedded!);
    url = server.url;
    manager = await server.person('mara', ['admin']);
    carol = await server.person('carol', ['collector']);
  });
  afterEach(async () => {
    for (const child of running.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  afterAll(() => server.close());

  const post = async (path: string, payload: object, who = manager) =>
    (
      await server.app.inject({ method: 'POST', url: `/api/v1/${path}`, headers: who.headers, payload })
    ).json();

  /** Starts an example; gives the lines that it has printed so far. */
  const start = (command: string, file: string, env: Record<string, string> = {}): string[] => {
    const child = spawn(command, [FOLDER + file], {
      env: {
        PATH: process.env['PATH'] ?? '',
        LATIDO_URL: url,
        LATIDO_TOKEN: (carol.headers['authorization'] ?? '').replace('Bearer ', ''),
        COLLECTOR: carol.personId,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => lines.push(line));
    return lines;
  };
  const told = async (lines: readonly string[], words: string): Promise<string> =>
    await vi.waitFor(
      () => {
        const line = lines.find((each) => each.includes(words));
        if (line === undefined) throw new Error(`"${words}" was not told: ${lines.join('\n')}`);
        return line;
      },
      { timeout: 40_000, interval: 50 },
    );

  let count = 0;
  /** A credit of Carol's that is overdue, told of now; and a payment for it. */
  const happen = async (): Promise<void> => {
    const name = `Debtor ${(count += 1)}`;
    const { id: debtorId } = await post('debtors', { name });
    const { id: creditId } = await post('credits', {
      debtorId,
      amount: 300,
      currency: 'EUR',
      endDate: '2026-01-05',
    });
    await post('assignments', { debtorId, collectorId: carol.personId });
    await post('collections/check', {});
    await post('payments', { creditId, amount: 100, paidAt: '2026-01-06T10:00:00Z' }, carol);
  };

  it.each([
    [
      'Socket.IO as a phone app',
      process.execPath,
      'socket-io/collector.mjs',
      '"subscribed","payload":{"ok":true}',
    ],
    ['pusher-js', process.execPath, 'pusher-js/collector.mjs', 'subscribed'],
    ['Laravel Echo over reverb', process.execPath, 'laravel-echo/reverb.mjs', 'subscribed'],
    ['server-sent events', process.execPath, 'event-source/inbox.mjs', 'subscribed'],
    ['Python', 'python3', 'python/collector.py', 'subscribed'],
    ['curl', 'sh', 'curl/inbox.sh', '"items"'],
  ])('[EXAMPLE-1] %s hears of a credit and of a payment', async (_name, command, file, ready) => {
    const lines = start(command, file);
    if (file.startsWith('curl')) await happen();
    await told(lines, ready);
    if (!file.startsWith('curl')) await happen();
    const attention = await told(lines, 'credit.requires.attention');
    expect(attention).toContain('"amountDue"');
    expect(await told(lines, 'payment.received')).toContain('"balance"');
  });

  it('[EXAMPLE-1] Laravel Echo over socket.io hears of a credit and of a payment', async () => {
    const lines = start(process.execPath, 'laravel-echo/socket-io.mjs');
    await told(lines, 'connected');
    // Echo says nothing of a subscribe that was taken on a private channel: the channel has a member then.
    await vi.waitUntil(
      () =>
        [...server.realtime.hub.channels.all()].some(
          ({ name }) => name === `private-cobrador.${carol.personId}`,
        ),
      { timeout: 40_000 },
    );
    await happen();
    await told(lines, 'credit.requires.attention');
    await told(lines, 'payment.received');
  });

  it('[EXAMPLE-2] the channel of somebody else is refused, and said so', async () => {
    const lines = start(process.execPath, 'socket-io/collector.mjs', { COLLECTOR: manager.personId });
    expect(await told(lines, 'subscribed')).toContain('"ok":false');
    const strangers = start(process.execPath, 'socket-io/collector.mjs', { LATIDO_TOKEN: 'nonsense' });
    expect(await told(strangers, 'refused')).toContain('auth.refused');
  });

  it('[EXAMPLE-1] notices of a team’s own backend arrive as `notification`', async () => {
    const lines = start(process.execPath, 'event-source/inbox.mjs');
    await told(lines, 'subscribed');
    await post('notices', { to: [carol.personId], title: 'Hello', body: 'From your own backend' });
    expect(await told(lines, 'From your own backend')).toContain('"event":"notification"');
  });
});
