import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isProgram } from '../launch/path.mjs';
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

describe('finding a LiveKit', () => {
  test('LIVEKIT_URL goes before everything', async () => {
    const env = { LIVEKIT_URL: 'wss://media.example.org', PATH: '' };
    expect(await ensureLivekit({ env })).toEqual({ kind: 'given', url: 'wss://media.example.org' });
  });

  test('then the one on the PATH, if it runs', async () => {
    const path = join(folder, 'livekit-server');
    writeFileSync(path, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    expect(await ensureLivekit({ env: { PATH: folder } })).toEqual({ kind: 'binary', path });
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

  test('what does not start says why', async () => {
    const bad = join(folder, 'bad');
    writeFileSync(bad, '#!/bin/sh\necho out of order; exit 3\n', { mode: 0o755 });
    await expect(startLivekit({ binary: bad, ...keys, dir: folder })).rejects.toThrow(/out of order/);
    expect(readFileSync(join(folder, 'livekit.log'), 'utf8')).toContain('out of order');
  });
});
