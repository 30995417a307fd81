import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@latido/tools/testing';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startDoors } from './doors.testing.ts';
import { memoryHub, silentLog, type Database } from './platform/index.ts';
import { openTestDatabases } from './platform/testing.ts';
import { sharedInMemory } from './realtime/index.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy/', import.meta.url));
const [store] = await openTestDatabases();
type Doors = Awaited<ReturnType<typeof startDoors>>;

/** What a proxy is started with: its file as it is given, with the ports of this test in it. */
interface Setting {
  readonly folder: string;
  readonly port: number;
  readonly nodes: readonly [number, number];
}

function startNginx(program: string, { folder, port, nodes: [one, two] }: Setting): ChildProcess {
  const site = readFileSync(join(DEPLOY, 'nginx.conf'), 'utf8')
    .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
    .replaceAll(/^\s*ssl_certificate.*$/gm, '')
    .replace('server 127.0.0.1:3000', `server 127.0.0.1:${one}`)
    .replace('# server 127.0.0.1:3001', `server 127.0.0.1:${two}`);
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  const temp = kinds.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  const config = join(folder, 'nginx.conf');
  const around = `daemon off; master_process off; pid ${folder}/pid; error_log stderr; events {}`;
  writeFileSync(config, `${around}\nhttp { access_log off; ${temp}\n${site}\n}`);
  return spawn(program, ['-e', 'stderr', '-p', folder, '-c', config], { stdio: 'ignore' });
}

function startCaddy(program: string, { folder, port, nodes: [one, two] }: Setting): ChildProcess {
  const file = readFileSync(join(DEPLOY, 'Caddyfile'), 'utf8')
    .replace('latido-1:3000', `127.0.0.1:${one}`)
    .replace('latido-2:3000', `127.0.0.1:${two}`)
    .replace('http://:8080', `http://inner.test:${port}`);
  const config = join(folder, 'Caddyfile');
  writeFileSync(config, `{\n\tadmin off\n\tauto_https off\n}\n${file}`);
  const names = {
    LATIDO_DOMAIN: `http://127.0.0.1:${port}`,
    LIVEKIT_DOMAIN: `http://media.test:${port}`,
  };
  const homes = { XDG_DATA_HOME: folder, XDG_CONFIG_HOME: folder, HOME: folder };
  const command = ['run', '--adapter', 'caddyfile', '--config', config];
  return spawn(program, command, { env: { ...process.env, ...names, ...homes }, stdio: 'ignore' });
}

/** A program of the machine; null where it has none. */
function found(name: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path)) ?? null;
}

const PROXIES = [
  ['nginx', startNginx],
  ['caddy', startCaddy],
] as const;

describe.each(PROXIES)('two nodes behind %s', (name, start) => {
  const program = found(name);
  const channel = 'private-inbox-person_alice';
  let database: Database;
  let nodes: Doors[];
  let proxy: ChildProcess;
  let folder: string;
  let url: string;
  const sockets: Socket[] = [];
  /** How often a client lost its connection, or got none. */
  let lost = 0;

  beforeAll(async () => {
    if (!store) throw new Error('no database');
    database = await store.open();
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    const [hub, shared] = [memoryHub(silentLog), sharedInMemory(Date.now)];
    const settings = { LATIDO_TRUST_PROXY: '127.0.0.1' };
    [nodes, lost] = [[], 0];
    for (let n = 0; n < 2; n += 1) {
      const hints = hub.join();
      nodes.push(await startDoors(database, { hints, shared: shared(hints.node), settings }));
    }
    folder = mkdtempSync(join(tmpdir(), `latido-${name}-`));
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    if (program !== null) proxy = start(program, { folder, port, nodes: [nodes[0]!.port, nodes[1]!.port] });
    const answers = async (): Promise<boolean> => {
      if (proxy.exitCode !== null) throw new Error(`${name} has ended: it does not take its file`);
      return (await fetch(`${url}/healthz`).catch(() => null))?.ok === true;
    };
    if (program !== null) await vi.waitUntil(answers, { timeout: 40_000 });
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.disconnect();
    if (proxy?.exitCode === null) {
      proxy.kill('SIGKILL');
      await once(proxy, 'exit');
    }
    for (const node of nodes) await node.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Somebody at an address of this machine. */
  const from = (n: number): Agent => new Agent({ localAddress: `127.0.0.${n}`, keepAlive: true });
  const connect = async (n: number, transports: string[]): Promise<{ socket: Socket; told: string[] }> => {
    const auth = { token: 'alice' };
    const socket = io(url, { transports, auth, agent: from(n) as never, forceNew: true });
    sockets.push(socket);
    const told: string[] = [];
    socket.on('call.partner_left', ({ name: who }: { name: string }) => told.push(who));
    for (const event of ['disconnect', 'connect_error']) socket.on(event, () => (lost += 1));
    // As a phone app does: it subscribes whenever it is connected.
    socket.on('connect', () => socket.emit('subscribe', { channel, after: null }));
    await vi.waitUntil(() => socket.connected, { timeout: 20_000 });
    return { socket, told };
  };

  test.skipIf(program === null)(
    '[DEPLOY-3] clients of Socket.IO’s polling stay at their node, those of others go on at the one that is left',
    async () => {
      const clients = await Promise.all(
        [2, 3, 4, 5, 6, 7, 8, 9].map((n) => connect(n, n % 2 === 0 ? ['polling'] : ['polling', 'websocket'])),
      );
      const at = () => nodes.map(({ modules }) => modules.realtime.hub.channels.get(channel)?.size ?? 0);
      await expect.poll(() => at().reduce((sum, each) => sum + each), { timeout: 20_000 }).toBe(8);
      await nodes[0]!.tell('person_alice', `${name} first`);
      const heard = (key: string) =>
        expect.poll(() => clients.filter(({ told }) => told.includes(key)).length, { timeout: 30_000 });
      await heard(`${name} first`).toBe(8);
      expect(lost).toBe(0);
      const [going, left] = nodes as [Doors, Doors];
      await going.close();
      nodes = [left];
      await expect.poll(() => at()[0], { timeout: 40_000 }).toBe(8);
      await left.tell('person_alice', `${name} second`);
      await heard(`${name} second`).toBe(8);
    },
  );

  test.skipIf(program === null)(
    '[DEPLOY-3] a stream goes on at whichever node is left, from its cursor',
    async () => {
      /** Reads a stream until it says so; gives what came. */
      const read = async (words: string, after?: string): Promise<string> => {
        const headers = {
          authorization: 'Bearer bob',
          ...(after === undefined ? {} : { 'last-event-id': after }),
        };
        let text = '';
        const request = get(`${url}/api/v1/inbox/stream`, { agent: from(11), headers });
        const [response] = (await once(request, 'response')) as [
          AsyncIterable<Buffer> & { statusCode: number },
        ];
        expect(response.statusCode).toBe(200);
        for await (const chunk of response) if ((text += String(chunk)).includes(words)) break;
        return text;
      };
      const first = read(`${name} streamed`);
      await nodes[1]!.tell('person_bob', `${name} streamed`);
      const [, cursor] = /id: (\S+)\nevent: call\.partner_left\ndata: .*streamed/.exec(await first) ?? [];
      const [going, left] = nodes as [Doors, Doors];
      await going.close();
      nodes = [left];
      await left.tell('person_bob', `${name} later`);
      const second = await read(`${name} later`, cursor);
      expect(second).not.toContain(`${name} streamed`);
    },
  );
});
