import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { WebhookReceiver, AccessToken } from 'livekit-server-sdk';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FakeLivekit } from './start.ts';
import { startFakeLivekit } from './start.ts';
import { loadWebRtc } from './wrtc.ts';

const keys = { apiKey: 'devkey', apiSecret: 'a-secret-of-at-least-32-characters-xx' };
const executablePath = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
const flags = (
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update ' +
  '--disable-sync --use-fake-device-for-media-stream --use-fake-ui-for-media-stream ' +
  '--autoplay-policy=no-user-gesture-required --allow-loopback-in-peer-connection'
).split(' ');

const canRun = Boolean(executablePath) && Boolean(await loadWebRtc());
const inBrowser = test.skipIf(!canRun);

let browser: Browser;
let fake: FakeLivekit;
let pageUrl = '';
const closers: (() => unknown)[] = [];
const told: string[] = [];

beforeAll(async () => {
  if (!canRun || !executablePath) return;
  const receiver = new WebhookReceiver(keys.apiKey, keys.apiSecret);
  fake = await startFakeLivekit({
    ...keys,
    webhookUrls: ['http://in.process'],
    post: async ({ body, headers }) => {
      const { event, participant } = await receiver.receive(body, headers['authorization']);
      told.push(participant ? `${event} ${participant.identity}` : event);
      return { status: 200 };
    },
  });
  pageUrl = await servePage();
  browser = await chromium.launch({ executablePath, args: flags });
});

afterAll(async () => {
  await browser?.close();
  await fake?.stop();
  for (const close of closers) close();
});

inBrowser('[FAKE-20] two browsers see frames of each other, hear each other and exchange packets', async () => {
  fake.createRoom('demo');
  const alice = await enter('alice');
  const bob = await enter('bob');
  await Promise.all([seesFrames(alice), seesFrames(bob)]);
  await Promise.all([hears(alice), hears(bob)]);
  await alice.evaluate(() => window.say('hello'));
  await bob.waitForFunction(() => window.heard.includes('alice: hello'));
  await bob.evaluate(() => window.say('lossy hello', false));
  await alice.waitForFunction(() => window.heard.includes('bob: lossy hello'));
  expect(fake.rooms()[0]?.participants.map((one) => one.state)).toEqual(['ACTIVE', 'ACTIVE']);

  await bob.evaluate(() => window.room.localParticipant.setMicrophoneEnabled(false));
  await alice.waitForFunction(() => [...window.room.remoteParticipants.values()].some((one) => !one.isMicrophoneEnabled));

  await alice.evaluate(() => window.room.disconnect());
  await bob.waitForFunction(() => window.gone.includes('alice CLIENT_INITIATED'));
  await expect.poll(() => told.at(-1)).toBe('participant_left alice');
  expect(told.filter((line) => line.startsWith('participant_'))).toEqual([
    'participant_joined alice',
    'participant_joined bob',
    'participant_left alice',
  ]);
  await bob.close();
});

interface Remote {
  identity: string;
  isMicrophoneEnabled: boolean;
}

declare global {
  interface Window {
    room: {
      localParticipant: { setMicrophoneEnabled(on: boolean): Promise<unknown> };
      remoteParticipants: Map<string, Remote>;
      state: string;
      disconnect(): Promise<void>;
    };
    enter(url: string, token: string): Promise<string>;
    say(text: string, reliable?: boolean): Promise<void>;
    framesSeen: number;
    samples: number;
    heard: string[];
    gone: string[];
    events: string[];
  }
}

async function enter(identity: string, room = 'demo'): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(pageUrl);
  const token = new AccessToken(keys.apiKey, keys.apiSecret, { identity, name: identity });
  token.addGrant({ roomJoin: true, room });
  const joined = await page.evaluate(([url, jwt]) => window.enter(url ?? '', jwt ?? ''), [fake.wsUrl, await token.toJwt()]);
  if (process.env['DEBUG']) page.on('console', (line) => console.log(identity, line.text()));
  expect(joined).toBe('connected');
  return page;
}

async function seesFrames(page: Page): Promise<void> {
  await page.waitForFunction(() => window.framesSeen >= 5 && (document.querySelector('video')?.videoWidth ?? 0) > 0);
}

async function hears(page: Page): Promise<void> {
  await page.waitForFunction(() => window.samples > 0);
}

async function servePage(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('livekit-client');
  const script = await readFile(join(dirname(entry), 'livekit-client.umd.js'));
  const server = createServer((request, response) => {
    const isScript = request.url === '/livekit-client.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    response.end(isScript ? script : PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const PAGE = `<!doctype html><script src="/livekit-client.js"></script><body><script>
const { Room, RoomEvent, DisconnectReason, Track } = LivekitClient;
LivekitClient.setLogLevel('debug');
Object.assign(window, { framesSeen: 0, samples: 0, heard: [], gone: [], events: [] });
window.enter = async (url, token) => {
  const room = (window.room = new Room({ videoCaptureDefaults: { resolution: { width: 320, height: 180 } } }));
  const count = (video) => video.requestVideoFrameCallback(() => { window.framesSeen++; count(video); });
  for (const name of Object.values(RoomEvent)) room.on(name, () => window.events.push(name));
  room.on(RoomEvent.TrackSubscribed, (track) => {
    const element = track.attach();
    document.body.append(element);
    if (track.kind === Track.Kind.Video) return count(element);
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(new MediaStream([track.mediaStreamTrack])).connect(analyser);
    const wave = new Uint8Array(analyser.fftSize);
    setInterval(() => { analyser.getByteTimeDomainData(wave); if (wave.some((v) => v > 132)) window.samples++; }, 50);
  });
  room.on(RoomEvent.DataReceived, (bytes, from) => window.heard.push(from.identity + ': ' + new TextDecoder().decode(bytes)));
  room.on(RoomEvent.ParticipantDisconnected, (p, reason) => window.gone.push(p.identity + ' ' + DisconnectReason[reason]));
  try {
    await room.connect(url, token, { rtcConfig: { iceServers: [] } });
  } catch (error) { return String(error); }
  await room.localParticipant.enableCameraAndMicrophone();
  return room.state;
};
window.say = (text, reliable = true) => window.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable });
</script>`;
