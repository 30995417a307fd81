import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureLivekit } from '@latido/tools/livekit';
import { freePort } from '@latido/tools/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

/** Real processes on a machine that may be very busy. */
const LONG_MS = 120_000;
const TEST_MS = 300_000;
const PASSWORD = 'the demo password';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

let folder: string;
const started: Started[] = [];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latido-main-'));
});
afterEach(async () => {
  for (const each of started.splice(0)) {
    each.child.kill('SIGKILL');
    await each.ended;
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Started {
  child: ChildProcess;
  port: number;
  /** All that it said. */
  words: () => string;
  ended: Promise<number | string | null>;
}

async function start(more: Record<string, string> = {}): Promise<Started> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(LIVEKIT_|LATIDO_|REVERB_|DATABASE_URL|REDIS_URL|NODE_ENV|PORT$)/.test(name),
  );
  const port = Number(more['PORT'] ?? (await freePort()));
  const env = {
    ...Object.fromEntries(own),
    PORT: String(port),
    LATIDO_DATA_DIR: folder,
    LATIDO_DEMO_PASSWORD: PASSWORD,
    ...more,
  };
  const child = spawn(process.execPath, ['--conditions=source', MAIN], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (words += String(chunk)));
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const it: Started = { child, port, words: () => words, ended };
  started.push(it);
  return it;
}

const until = (what: () => unknown, wanted: unknown) =>
  expect.poll(what, { timeout: LONG_MS, interval: 100 }).toEqual(wanted);

async function readiness({ port }: Started): Promise<{ ready: boolean; livekit: string } | null> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
  return answer ? ((await answer.json()) as { ready: boolean; livekit: string }) : null;
}

/** Where no LiveKit is, and none is started: the quickest start. */
const elsewhere = { LIVEKIT_URL: 'ws://127.0.0.1:2', LIVEKIT_API_KEY: 'devkey', LIVEKIT_API_SECRET: SECRET };

describe('a start that is refused', () => {
  const refused = async (more: Record<string, string>) => {
    const { ended, words } = await start(more);
    expect(await ended).toBe(1);
    return words().trim();
  };

  it('[START-60] a taken port is named, and nothing was opened', async () => {
    const taker = createServer();
    await new Promise<void>((resolve) => taker.listen(0, '127.0.0.1', resolve));
    const { port } = taker.address() as AddressInfo;
    expect(await refused({ PORT: String(port) })).toBe(
      `The port ${port} is taken by another program: end it, or set PORT to another one.`,
    );
    expect(readdirSync(folder)).toEqual([]);
    taker.close();
  });

  it('[START-61] production names every secret that is missing, and makes nothing', async () => {
    // The password of the demo people is a weak one, and production has none of them.
    const words = await refused({
      NODE_ENV: 'production',
      LATIDO_DATA_DIR: join(folder, 'production'),
      LATIDO_DEMO_PASSWORD: '',
    });
    expect(words.split('\n')).toEqual([
      'LIVEKIT_API_KEY and LIVEKIT_API_SECRET are missing: production has no default for secrets.',
      'LATIDO_AUTH_SECRET is missing: production has no default for secrets (openssl rand -hex 32).',
      'LATIDO_PUBLIC_URL is missing: say where people reach this server.',
    ]);
    expect(existsSync(join(folder, 'production'))).toBe(false);
  });
});

describe('a life in one folder', () => {
  it(
    '[START-62] Ctrl-C while the database is made ends at once and leaves neither a process nor half a database',
    { timeout: TEST_MS },
    async () => {
      const begun = await start(elsewhere);
      const { child, ended, words } = begun;
      await until(() => words().includes('Creating the embedded database'), true);
      // The port is ours already, and says that the server is coming.
      expect(await readiness(begun)).toMatchObject({ ready: false, livekit: 'starting' });
      await until(() => readdirSync(folder).some((name) => name.startsWith('database.making')), true);
      child.kill('SIGINT');
      expect(await ended).toBe(0);
      expect(readdirSync(folder)).not.toContain('database');
      expect(readdirSync(folder)).not.toContain('database.lock');
    },
  );

  it(
    '[START-63] a LiveKit that is away does not stop the start: it is told, shown, and its webhooks are taken',
    { timeout: TEST_MS },
    async () => {
      const first = await start(elsewhere);
      await until(async () => (await readiness(first))?.livekit, 'unavailable');
      await until(() => first.words().includes('does not answer yet'), true);
      expect(first.words()).toContain(`the password ${PASSWORD}`);
      expect(await sendWebhook(first)).toBe(200);
      const second = await start(elsewhere);
      expect(await second.ended).toBe(1);
      expect(second.words().trim()).toBe(
        `The data folder ${folder} is in use by another Latido (pid ${first.child.pid}).`,
      );
      expect(await readiness(first)).toMatchObject({ ready: true });
      first.child.kill('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(existsSync(join(folder, 'database.lock'))).toBe(false);
    },
  );
});

async function sendWebhook({ port }: Started): Promise<number> {
  const body = JSON.stringify({
    event: 'room_started',
    id: 'EV_main',
    createdAt: now(),
    room: { sid: 'RM_main', name: 'r' },
  });
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const sha256 = createHash('sha256').update(body).digest('base64');
  const claims = { iss: 'devkey', nbf: now(), exp: now() + 300, sha256 };
  const text = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  const authorization = `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
  const headers = { 'content-type': 'application/webhook+json', authorization };
  const { status } = await fetch(`http://127.0.0.1:${port}/api/livekit/webhook`, {
    method: 'POST',
    headers,
    body,
  });
  return status;
}

function now(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Only one that is there already: a test must not build for two minutes. */
const here = await ensureLivekit({
  env: { ...process.env, LIVEKIT_URL: '', LIVEKIT_WS_URL: '' },
  make: false,
});
const binary = process.env['LATIDO_TEST_LIVEKIT'] ?? (here.kind === 'binary' ? here.path : undefined);

describe.skipIf(!binary)('a LiveKit of our own', () => {
  const livekitPid = (): number | null => {
    const file = join(folder, 'livekit', 'livekit.pid');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : null;
  };
  const lives = (pid: number): boolean => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };

  it(
    '[START-64] killed, it is shown as away, started again, and dies with us when we are killed',
    { timeout: TEST_MS },
    async () => {
      const server = await start();
      await until(async () => (await readiness(server))?.livekit, 'ok');
      const first = livekitPid()!;
      process.kill(first, 'SIGKILL');
      await until(async () => (await readiness(server))?.livekit, 'unavailable');
      await until(async () => (await readiness(server))?.livekit, 'ok');
      expect(server.words()).toMatch(/"signal":"SIGKILL".*livekit ended by itself: it is started again/);
      const second = livekitPid()!;
      expect(second).not.toBe(first);
      server.child.kill('SIGKILL');
      await server.ended;
      // Elsewhere the next start ends it.
      if (process.platform === 'linux') await until(() => lives(second), false);
    },
  );
});
