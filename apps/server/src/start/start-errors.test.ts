import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { greetingOf } from './greeting.ts';
import { openDatabase, problem, silentLog, ConfigError } from '../platform/index.ts';
import { wordsFor } from './start-errors.ts';

/** The words for a DATABASE_URL that does not open. */
async function wordsForUrl(databaseUrl: string): Promise<string | undefined> {
  try {
    const database = await openDatabase({ databaseUrl, poolSize: 2, databaseDir: '/nowhere' }, silentLog);
    await database.close();
    return undefined;
  } catch (error) {
    return wordsFor(error, { DATABASE_URL: databaseUrl });
  }
}

const listening = (code: string, more = {}) =>
  wordsFor(
    Object.assign(new Error('x'), { code, syscall: 'listen', port: 80, address: '10.9.9.9', ...more }),
    {},
  );

describe('a start that fails', () => {
  it('[START-30] a fault of ours has no sentence: it needs its stack', () => {
    expect(wordsFor(new TypeError('x is not a function'), {})).toBeUndefined();
  });

  it('[START-31] what people can put right is told in their words', () => {
    expect(wordsFor(new ConfigError('PORT is no port: "x".'), {})).toBe('PORT is no port: "x".');
    expect(wordsFor(problem('livekit.unavailable', 'There is none.'), {})).toBe('There is none.');
  });

  it.each([
    ['EADDRINUSE', 'The port 80 is taken by another program: end it, or set PORT to another one.'],
    ['EACCES', 'The port 80 is only for root here: set PORT to one above 1023.'],
    ['EADDRNOTAVAIL', 'This machine has no address 10.9.9.9: change LATIDO_HOST.'],
  ])('[START-32] %s while listening: %s', (code, words) => {
    expect(listening(code)).toBe(words);
  });

  it('[START-33] a Postgres that is not there is named without its password', async () => {
    expect(await wordsForUrl('postgres://u:hidden@127.0.0.1:2/x')).toBe(
      'No Postgres answers at 127.0.0.1:2 (ECONNREFUSED): start it, or change DATABASE_URL.',
    );
  });

  it('[START-34] what answers and is no Postgres is told, too', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const words = await wordsForUrl(`postgres://u:hidden@127.0.0.1:${port}/x`);
    expect(words).toMatch(new RegExp(`^No Postgres answers at 127\\.0\\.0\\.1:${port} \\(.+\\): start it`));
    expect(words).not.toContain('hidden');
    server.close();
  });

  it.each([
    ['28P01', 'The Postgres at db:5432 refuses the password of the user ana maría. (DATABASE_URL)'],
    ['28000', 'The Postgres at db:5432 does not let the user ana maría in. (DATABASE_URL)'],
    ['3D000', 'The Postgres at db:5432 has no database shop: create it. (DATABASE_URL)'],
    [
      '42501',
      'The user ana maría may not make schemas at db:5432: grant all on database shop to ana maría. (DATABASE_URL)',
    ],
  ])('[START-35] the refusal %s says what to do', (code, words) => {
    const env = { DATABASE_URL: 'postgres://ana%20mar%C3%ADa:hidden%@db:5432/shop' };
    expect(wordsFor(Object.assign(new Error('hidden'), { code }), env)).toBe(words);
  });
});

const url = process.env['LATIDO_TEST_DATABASE_URL'];
describe.skipIf(!url)('on Postgres', () => {
  it('[START-37] one that is new enough and lets us in opens', async () => {
    expect(await wordsForUrl(url ?? '')).toBeUndefined();
  });

  it('[START-36] a database that is not there is named', async () => {
    const missing = new URL(url ?? 'postgres://x');
    missing.pathname = '/latido_is_not_here';
    expect(await wordsForUrl(missing.href)).toMatch(/ has no database latido_is_not_here: create it\./);
  });
});

describe('the greeting', () => {
  const config = { publicUrl: 'http://localhost:3000', databaseDir: '/d/database' };
  const textOf = (options: Partial<Parameters<typeof greetingOf>[0]>) =>
    greetingOf({ config, livekitAnswers: true, ...options }).join('\n');

  it('[START-40] says where to look, who may sign in, and how to end it', () => {
    const text = textOf({ media: 'ws://127.0.0.1:7880 (LiveKit, pid 7)', password: 'tulip' });
    expect(text).toMatch(/is ready: http:\/\/localhost:3000\n/);
    expect(text).toMatch(/LiveKit {3}ws:\/\/127\.0\.0\.1:7880 \(LiveKit, pid 7\)\n/);
    expect(text).toMatch(/embedded, in \/d\/database\n/);
    expect(text).toMatch(/password tulip\n {4}alice@demo\.test {3}client, 100 coins\n/);
    expect(text).toMatch(/Ctrl-C ends it/);
  });

  it('[START-41] names nobody where nobody here knows the password', () => {
    expect(textOf({})).not.toContain('demo.test');
  });

  it('[START-42] a LiveKit that does not answer is told, and a Postgres without its password', () => {
    const text = textOf({
      config: { ...config, livekitUrl: 'wss://media.test', databaseUrl: 'postgres://u:hidden@db:5433/shop' },
      livekitAnswers: false,
    });
    expect(text).toMatch(/wss:\/\/media\.test \(does not answer yet: no media until it does\)/);
    expect(text).toMatch(/Postgres, shop at db:5433\n/);
    expect(text).not.toContain('hidden');
  });
});
