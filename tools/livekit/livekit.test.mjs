import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isProgram } from '../launch/path.mjs';
import { beganAt, readPidFile } from '../launch/pidfile.mjs';
import { archiveName, checksumOf, downloadRelease } from './download.mjs';
import { ensureLivekit, startLivekit } from './index.mjs';
import { cachedBinary, pinnedVersion } from './release.mjs';
import { livekitEnvironment, livekitSettings } from './settings.mjs';

let folder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latido-livekit-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keys = { apiKey: 'devkey', apiSecret: 'a-secret-of-at-least-32-characters-xx' };

/** A program that does what a test wants, in a folder of its own. */
function program(name, script) {
  const path = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(path, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

describe.skipIf(process.platform === 'win32')('finding a LiveKit', () => {
  const serving = () => program('livekit-server', 'exit 0');
  const broken = () => program('livekit-server', 'exit 1');
  // `go build … -o <file> …`: the file is the eighth word.
  const go = () =>
    program('go', 'if [ "$1" = env ]; then echo go1.26.0; else echo made > "$8"; chmod +x "$8"; fi');
  const oldGo = () => program('go', 'echo go1.19.3');
  const docker = () => program('docker', 'exit 0');
  const cache = () => ({ XDG_CACHE_HOME: join(folder, 'cache') });
  /** Nobody listens there: a machine without the internet. */
  const releases = 'http://127.0.0.1:2';
  const find = (PATH, more = {}) =>
    ensureLivekit({
      env: { PATH: [...PATH, '/bin'].join(':'), ...cache(), ...more },
      releases,
      log: () => {},
    });

  test('[LIVEKIT-1] LIVEKIT_URL goes before everything, LIVEKIT_WS_URL is another name of it', async () => {
    const found = { kind: 'given', url: 'wss://media.example.org' };
    expect(await find([serving()], { LIVEKIT_URL: found.url })).toEqual(found);
    expect(await find([serving()], { LIVEKIT_WS_URL: found.url })).toEqual(found);
  });

  test('[LIVEKIT-2] then the one on the PATH, if it runs', async () => {
    const path = serving();
    expect(await find([path, go()])).toEqual({ kind: 'binary', path: join(path, 'livekit-server') });
    expect(await find([broken(), go()])).toEqual({ kind: 'binary', path: cachedBinary(cache()) });
  });

  test('[LIVEKIT-3] then the one that was made earlier, and it is made only once', async () => {
    const made = { kind: 'binary', path: cachedBinary(cache()) };
    expect(await find([go()])).toEqual(made);
    expect(await find([])).toEqual(made);
  });

  test('[LIVEKIT-4] what was tried and does not serve is passed over', async () => {
    const path = serving();
    const env = { PATH: `${path}:${go()}:/bin`, ...cache() };
    const except = [join(path, 'livekit-server')];
    expect(await ensureLivekit({ env, except, releases, log: () => {} })).toEqual({
      kind: 'binary',
      path: cachedBinary(cache()),
    });
  });

  test('[LIVEKIT-5] then the official release, where there is no Go or none that is new enough', async () => {
    const archive = Buffer.from('no archive at all');
    const sum = createHash('sha256').update(archive).digest('hex');
    const asked = [];
    const server = createServer((request, response) => {
      asked.push(request.url);
      response.end(request.url.endsWith('checksums.txt') ? `${sum}  ${archiveName()}\n` : archive);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${server.address().port}`;
    const env = { PATH: oldGo(), ...cache() };
    const { kind, reason } = await ensureLivekit({ env, releases: base, log: () => {} });
    expect(asked).toEqual(['/checksums.txt', `/${archiveName()}`]);
    // It was fetched and could not be unpacked.
    expect(kind).toBe('none');
    expect(reason).toMatch(/Go go1\.19\.3 is older than 1\.21, the official release could not be had/);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('[LIVEKIT-6] then Docker', async () => {
    expect(await find([docker()])).toEqual({ kind: 'docker' });
  });

  test('[LIVEKIT-7] else it says in one paragraph what was tried and what one can do', async () => {
    const { kind, reason } = await ensureLivekit({ env: { PATH: '', ...cache() }, releases, log: () => {} });
    expect(kind).toBe('none');
    expect(reason).toBe(
      `No LiveKit server ${pinnedVersion()} could be found or made: there is no livekit-server on the PATH, there is ` +
        'no Go to build it with, the official release could not be had (127.0.0.1:2: ECONNREFUSED), and there is no ' +
        'Docker. Put a livekit-server on the PATH, install Go 1.21 or newer, start Docker, or point LIVEKIT_URL, ' +
        'LIVEKIT_API_KEY and LIVEKIT_API_SECRET at a LiveKit that you have.',
    );
  });

  test('[LIVEKIT-8] a build that nobody waits for any more ends, and leaves nothing behind', async () => {
    const gaveUp = new AbortController();
    const slow = program('go', 'if [ "$1" = env ]; then echo go1.26.0; else touch "$8"; exec sleep 60; fi');
    const finding = ensureLivekit({
      env: { PATH: `${slow}:/bin`, ...cache() },
      signal: gaveUp.signal,
      releases,
      log: () => {},
    });
    const built = join(folder, 'cache', 'latido');
    await expect.poll(() => existsSync(built) && readdirSync(built).length).toBe(1);
    gaveUp.abort();
    await expect(finding).rejects.toThrow();
    expect(readdirSync(built)).toEqual([]);
  });
});

describe('the official download', () => {
  test('names an archive for what LiveKit publishes, and none for macOS', () => {
    expect(archiveName('linux', 'x64')).toBe(`livekit_${pinnedVersion().slice(1)}_linux_amd64.tar.gz`);
    expect(archiveName('win32', 'arm64')).toMatch(/_windows_arm64\.zip$/);
    expect(archiveName('darwin', 'arm64')).toBeNull();
  });

  test('a checksum is read for exactly that file', () => {
    const sum = 'a'.repeat(64);
    expect(checksumOf(`${'b'.repeat(64)}  other.tar.gz\n${sum}  x.tar.gz\n`, 'x.tar.gz')).toBe(sum);
    expect(checksumOf(`${sum}  xx.tar.gz\nnot-a-sum  x.tar.gz\n`, 'x.tar.gz')).toBeNull();
  });

  test.skipIf(!archiveName())('an archive whose checksum differs is not used', async () => {
    const server = createServer((request, response) => {
      const wrong = createHash('sha256').update('something else').digest('hex');
      response.end(request.url.endsWith('checksums.txt') ? `${wrong}  ${archiveName()}\n` : 'an archive');
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const target = join(folder, 'livekit-server');
    const base = `http://127.0.0.1:${server.address().port}`;
    await expect(downloadRelease({ target, log: () => {}, base })).rejects.toThrow(/checksum .* not used/);
    expect(existsSync(target)).toBe(false);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the settings', () => {
  test('nothing of our environment wins over them: LIVEKIT_KEYS would replace the key that webhooks are signed with', () => {
    const env = { PATH: '/bin', LIVEKIT_KEYS: 'old: x', LIVEKIT_CONFIG: 'y', NODE_IP: '10.0.0.1' };
    expect(livekitEnvironment(env)).toEqual({ PATH: '/bin' });
  });

  test('keep every socket on loopback and make no room without us', () => {
    const settings = livekitSettings({
      port: 1,
      udpPort: 2,
      metricsPort: 3,
      ...keys,
      webhookUrl: 'http://127.0.0.1:4/x',
    });
    expect(settings).toMatchObject({
      bind_addresses: ['127.0.0.1'],
      rtc: {
        tcp_port: 0,
        use_external_ip: false,
        enable_loopback_candidate: true,
        ips: { includes: ['127.0.0.1/32'] },
      },
      room: { auto_create: false },
      webhook: { api_key: 'devkey', urls: ['http://127.0.0.1:4/x'] },
    });
    expect(livekitSettings({ port: 1, udpPort: 2, metricsPort: 3, ...keys })).not.toHaveProperty('webhook');
  });
});

/** Only where one was made before: a test must not build for two minutes. */
const binary = process.env.LATIDO_TEST_LIVEKIT ?? cachedBinary();
describe.runIf(isProgram(binary))('a running LiveKit', () => {
  test('two live side by side on ports of their own, with a secret file, and end when told', async () => {
    const first = await startLivekit({ binary, ...keys, dir: join(folder, 'one') });
    const second = await startLivekit({ binary, ...keys, dir: join(folder, 'two') });
    expect(first.wsUrl).not.toBe(second.wsUrl);
    expect(Math.abs(first.startedAt.getTime() - Date.now())).toBeLessThan(60_000);
    expect(statSync(join(folder, 'one', 'livekit.yaml')).mode & 0o777).toBe(0o600);
    await Promise.all([first.stop(), second.stop()]);
    expect((await first.exited).signal).not.toBe('SIGKILL');
    expect(existsSync(join(folder, 'one', 'livekit.pid'))).toBe(false);
  });

  test('[LIVEKIT-9] the next one in the same folder takes the same ports, and exact ones are those or none', async () => {
    const dir = join(folder, 'again');
    const first = await startLivekit({ binary, ...keys, dir });
    process.kill(first.pid, 'SIGKILL');
    expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const second = await startLivekit({ binary, ...keys, dir });
    expect(second.ports).toEqual(first.ports);
    const exact = { binary, ...keys, ...second.ports, exactPorts: true, dir: join(folder, 'exact') };
    await expect(startLivekit(exact)).rejects.toThrow(`the port ${first.ports.port} is taken`);
    await second.stop();
  });

  test('[LIVEKIT-11] three that start in the same moment get three sets of ports', async () => {
    const all = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        startLivekit({ binary, apiKey: name, apiSecret: keys.apiSecret, dir: join(folder, name) }),
      ),
    );
    const ports = all.flatMap((each) => Object.values(each.ports));
    expect(new Set(ports).size).toBe(9);
    await Promise.all(all.map((each) => each.stop()));
  });

  test('[LIVEKIT-10] a start that nobody waits for any more leaves no process', async () => {
    const gaveUp = new AbortController();
    const dir = join(folder, 'gave-up');
    const starting = startLivekit({ binary, ...keys, dir, signal: gaveUp.signal });
    await expect.poll(() => existsSync(join(dir, 'livekit.pid'))).toBe(true);
    const pid = readPidFile(join(dir, 'livekit.pid'));
    gaveUp.abort();
    await expect(starting).rejects.toThrow();
    expect(pid === null ? null : beganAt(pid)).toBeNull();
  });

  test('what does not start says why', async () => {
    const bad = join(folder, 'bad');
    writeFileSync(bad, '#!/bin/sh\necho out of order; exit 3\n', { mode: 0o755 });
    await expect(startLivekit({ binary: bad, ...keys, dir: folder })).rejects.toThrow(/out of order/);
    expect(readFileSync(join(folder, 'livekit.log'), 'utf8')).toContain('out of order');
  });
});
