import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureLivekit, type FoundLivekit } from '@latido/tools/livekit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startMediaServer, type MediaServer, type MediaServerOptions } from './media-server.ts';
import { silentLog } from '../platform/index.ts';

let dataDir: string;
let said: string[];
let running: MediaServer | null;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'latido-media-'));
  said = [];
  running = null;
});
afterEach(async () => {
  await running?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const none: FoundLivekit = { kind: 'none', reason: 'There is none, and this is why.' };

/** Starts one; what is found is the test's answer, one after the other. */
async function start(finds: FoundLivekit[], more: Partial<MediaServerOptions['config']> = {}) {
  const passedOver: string[][] = [];
  running = await startMediaServer({
    config: {
      development: true,
      dataDir,
      livekitApiKey: 'own-key',
      livekitApiSecret: 'an-own-secret-of-more-than-32-characters',
      ...more,
    },
    webhookUrl: 'http://127.0.0.1:2/api/livekit/webhook',
    log: silentLog,
    say: (line) => said.push(line),
    signal: new AbortController().signal,
    async find({ except = [] }) {
      passedOver.push([...except]);
      return finds.shift() ?? none;
    },
  });
  return { media: running, passedOver };
}

/** A program that ends at once with a word. */
function broken(words: string): string {
  const path = join(dataDir, 'livekit-server');
  writeFileSync(path, `#!/bin/sh\necho ${words}; exit 3\n`, { mode: 0o755 });
  return path;
}

describe('the media server beside us', () => {
  it('[START-6] a LiveKit that somebody named is used, and nothing is started', async () => {
    const { media } = await start([{ kind: 'given', url: 'wss://media.test' }]);
    expect(media.wsUrl).toBe('wss://media.test');
    expect(existsSync(join(dataDir, 'livekit'))).toBe(false);
  });

  it('[START-7] where there is none a stand-in runs, and it is said why and what that means', async () => {
    const { media } = await start([none]);
    expect(said).toEqual([
      'There is none, and this is why.\nA stand-in without media runs instead: everything but sound and picture can be tried.',
    ]);
    expect(media.words).toMatch(/^ws:\/\/127\.0\.0\.1:\d+ \(a stand-in without media\)$/);
    expect((await fetch(media.wsUrl.replace('ws', 'http'))).status).toBe(200);
  });

  it('[START-7] in production there is no stand-in: the start ends with the reason', async () => {
    await expect(start([none], { development: false })).rejects.toThrow('There is none, and this is why.');
  });

  it.skipIf(process.platform === 'win32')(
    '[START-8] one that does not serve is passed over with its last words, and tried no third time',
    async () => {
      const found: FoundLivekit = { kind: 'binary', path: broken('out of order') };
      const { media, passedOver } = await start([found, found]);
      expect(passedOver).toEqual([[], [found.path]]);
      expect(said[0]).toMatch(/livekit-server does not serve: .*out of order/);
      expect(media.words).toContain('stand-in');
    },
  );
});

/** Only one that is there already: a test must not build for two minutes. */
const here = await ensureLivekit({
  env: { ...process.env, LIVEKIT_URL: '', LIVEKIT_WS_URL: '' },
  make: false,
});
const path = process.env['LATIDO_TEST_LIVEKIT'] ?? (here.kind === 'binary' ? here.path : undefined);

describe.skipIf(!path)('a real LiveKit beside us', () => {
  const settings = () => JSON.parse(readFileSync(join(dataDir, 'livekit', 'livekit.yaml'), 'utf8'));
  const pid = () => {
    const file = join(dataDir, 'livekit', 'livekit.pid');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : null;
  };
  const answers = async (url: string) => (await fetch(url).catch(() => null))?.status === 200;

  it('[START-9] has our key and our secret, also those that somebody set', async () => {
    await start([{ kind: 'binary', path: path! }]);
    expect(settings()).toMatchObject({
      keys: { 'own-key': 'an-own-secret-of-more-than-32-characters' },
      webhook: { api_key: 'own-key', urls: ['http://127.0.0.1:2/api/livekit/webhook'] },
    });
  });

  it('[START-10] killed, it comes back with the same ports, keys and settings; stopped, it does not', async () => {
    const { media } = await start([{ kind: 'binary', path: path! }]);
    const before = settings();
    const first = pid();
    process.kill(first!, 'SIGKILL');
    const url = media.wsUrl.replace('ws', 'http');
    await expect.poll(() => pid() !== first && pid() !== null, { timeout: 20_000 }).toBe(true);
    await expect.poll(() => answers(url), { timeout: 20_000 }).toBe(true);
    expect(settings()).toEqual(before);
    await media.stop();
    expect(pid()).toBeNull();
    expect(await answers(url)).toBe(false);
  });
});
