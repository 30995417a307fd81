import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { openTestDatabases } from './platform/testing.ts';
import { startTestServer, type Guest, type TestServer } from './server.testing.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const run = promisify(execFile);
const [embedded] = await openTestDatabases();

/** A program of the machine; null where it has none. */
function programOf(name: string, setting: string): string | null {
  const paths = [process.env[setting] ?? '', ...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
    .filter(Boolean)
    .map((path) => (path.endsWith(name) ? path : join(path, name)));
  return paths.find((path) => existsSync(path)) ?? null;
}

const NGINX = programOf('nginx', 'NGINX_PATH');
const SYSTEMD = programOf('systemd-analyze', 'SYSTEMD_ANALYZE_PATH');
const CADDY = programOf('caddy', 'CADDY_PATH');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('what stands around a server', () => {
  it.skipIf(SYSTEMD === null)('[DEPLOY-1] systemd takes the unit', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'latido-unit-'));
    try {
      // What it runs is on the server, and not here.
      const unit = readFileSync(join(DEPLOY, 'latido.service'), 'utf8').replace(
        '/usr/bin/node',
        process.execPath,
      );
      writeFileSync(join(folder, 'latido.service'), unit);
      const { stderr } = await run(SYSTEMD!, ['verify', join(folder, 'latido.service')]).catch(
        (error: unknown) => error as { stderr: string },
      );
      const own = stderr.split('\n').filter((line) => line.includes('latido.service'));
      expect(own.filter((line) => !/user|group|not found|command|documentation/i.test(line))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('[DEPLOY-1] PM2’s file starts each node as a process with a port of its own', () => {
    const { apps } = createRequire(import.meta.url)(join(DEPLOY, 'ecosystem.config.cjs')) as {
      apps: { script: string; exec_mode: string; kill_timeout: number; env: { PORT: string } }[];
    };
    expect(new Set(apps.map(({ env }) => env.PORT)).size).toBe(apps.length);
    for (const app of apps) {
      expect(existsSync(join(DEPLOY, '..', app.script))).toBe(true);
      expect(app).toMatchObject({ exec_mode: 'fork' });
      // Sockets go in slices over ten seconds.
      expect(app.kill_timeout).toBeGreaterThan(10_000);
    }
  });

  it.skipIf(CADDY === null)('[DEPLOY-1] Caddy takes its file', async () => {
    const env = { ...process.env, LATIDO_DOMAIN: 'latido.example.com', LIVEKIT_DOMAIN: 'media.example.com' };
    await run(CADDY!, ['validate', '--adapter', 'caddyfile', '--config', join(DEPLOY, 'Caddyfile')], { env });
  });
});

describe.skipIf(NGINX === null)('through nginx', () => {
  let server: TestServer;
  let carol: Guest;
  let nginx: ChildProcess;
  let folder: string;
  let url: string;

  beforeAll(async () => {
    server = await startTestServer(embedded!, { LATIDO_TRUST_PROXY: '127.0.0.1' });
    carol = await server.person('carol', ['client']);
    folder = mkdtempSync(join(tmpdir(), 'latido-nginx-'));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    // The site as it is given, without what only the machine has: its certificate, and the ports.
    const site = readFileSync(join(DEPLOY, 'nginx.conf'), 'utf8')
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
      .replaceAll(/^\s*ssl_certificate.*$/gm, '')
      .replace('127.0.0.1:3000', `127.0.0.1:${server.port}`);
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    );
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr;\nevents {}\nhttp { access_log off; ${temp.join(' ')}\n${site}\n}`,
    );
    nginx = spawn(NGINX!, ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')], {
      stdio: 'ignore',
    });
    await vi.waitUntil(async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok, {
      timeout: 40_000,
    });
  });
  afterAll(async () => {
    if (nginx?.exitCode === null) {
      nginx.kill('SIGKILL');
      await once(nginx, 'exit');
    }
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const tell = async (title: string): Promise<void> => {
    const admin = await server.person(`admin-${title}`, ['admin']);
    const payload = { to: [carol.personId], title };
    const { headers } = admin;
    const answer = await server.app.inject({ method: 'POST', url: '/api/v1/notices', headers, payload });
    expect(answer.statusCode).toBe(201);
  };

  it('[DEPLOY-2] an event of a stream is not held back', async () => {
    const { body, headers } = await fetch(`${url}/api/v1/inbox/stream`, { headers: carol.headers });
    expect(headers.get('content-type')).toContain('text/event-stream');
    const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
    await tell('streamed');
    let text = '';
    // The stream stays open: what is held back until a block is full would never come.
    while (!text.includes('streamed')) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`the stream ended: ${text}`);
      text += value;
    }
    await reader.cancel();
  });

  it('[DEPLOY-2] the Pusher protocol’s socket passes', async () => {
    const { key } = (await (await fetch(`${url}/api/v1/realtime`)).json()) as { key: string };
    const socket = new WebSocket(`${url.replace('http', 'ws')}/app/${key}?protocol=7&client=test&version=1`);
    const [first] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(first.toString())).toMatchObject({ event: 'pusher:connection_established' });
    socket.close();
  });

  it.each([['websocket'], ['polling']])('[DEPLOY-2] Socket.IO passes by %s', async (transport) => {
    const token = (carol.headers['authorization'] ?? '').replace('Bearer ', '');
    const socket = io(url, { transports: [transport], auth: { token }, forceNew: true });
    const heard = once(socket as never, 'notification') as Promise<[{ title: string }]>;
    const channel = `private-inbox-${carol.personId}`;
    expect(await socket.emitWithAck('subscribe', { channel })).toEqual({ ok: true });
    await tell(`by-${transport}`);
    expect((await heard)[0]).toMatchObject({ title: `by-${transport}` });
    socket.disconnect();
  });

  it('[DEPLOY-2] a long poll is answered as soon as there is something', async () => {
    const { cursor } = (await (
      await fetch(`${url}/api/v1/inbox?after=0`, { headers: carol.headers })
    ).json()) as {
      cursor: string;
    };
    const held = fetch(`${url}/api/v1/inbox?after=${cursor}&wait=25`, { headers: carol.headers });
    await tell('polled');
    expect(JSON.stringify(await (await held).json())).toContain('polled');
  });

  it('[DEPLOY-2] Latido counts whom nginx names, and files of a few megabytes pass', async () => {
    const admin = await server.person('files', ['admin']);
    const form = new FormData();
    form.set('kind', 'debtors');
    form.set('preview', 'true');
    form.set('file', new Blob([`name\n${'x'.repeat(150)}\n`.repeat(1), ' '.repeat(3_000_000)]), 'a.csv');
    const answer = await fetch(`${url}/api/v1/imports`, {
      method: 'POST',
      headers: admin.headers,
      body: form,
    });
    expect([200, 201, 202]).toContain(answer.status);
  });
});
