import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { DisconnectReason, WebhookEvent } from '@livekit/protocol';
import { AccessToken } from 'livekit-server-sdk';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import type { FakeLivekit } from './start.ts';
import type { ParticipantView } from './views.ts';
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
// What is missing is skipped by name, except where everything has to be there.
const inBrowser = test.skipIf(!canRun && process.env['CI'] !== 'true');

let browser: Browser;
let fake: FakeLivekit;
const clock = new VirtualClock(Date.now());
let pageUrl = '';
const closers: (() => unknown)[] = [];
const told: string[] = [];

beforeAll(async () => {
  if (!canRun || !executablePath) return;
  fake = await startFakeLivekit({
    ...keys,
    clock,
    webhookUrls: ['http://in.process'],
    post: async ({ body }) => {
      const { event, room, participant } = WebhookEvent.fromJsonString(body);
      const reason = participant?.disconnectReason
        ? ` ${DisconnectReason[participant.disconnectReason]}`
        : '';
      told.push(participant ? `${event} ${room?.name}/${participant.identity}${reason}` : event);
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

inBrowser(
  '[FAKE-20] two browsers see frames of each other, hear each other and exchange packets',
  async () => {
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
    await alice.waitForFunction(() =>
      [...window.room.remoteParticipants.values()].some((one) => !one.isMicrophoneEnabled),
    );

    await alice.evaluate(() => window.room.disconnect());
    await bob.waitForFunction(() => window.gone.includes('alice CLIENT_INITIATED'));
    await expect.poll(() => told).toContain('participant_left demo/alice CLIENT_INITIATED');
    expect(told.filter((line) => line.startsWith('participant_'))).toEqual([
      'participant_joined demo/alice',
      'participant_joined demo/bob',
      'participant_left demo/alice CLIENT_INITIATED',
    ]);
    await Promise.all([alice.close(), bob.close()]);
  },
);

inBrowser(
  '[FAKE-20] a third who comes late sees both, and a camera that is taken back may come again',
  async () => {
    fake.createRoom('three');
    const alice = await enter('alice', 'three');
    const bob = await enter('bob', 'three');
    const carol = await enter('carol', 'three');
    await Promise.all([alice, bob, carol].map((page) => seesFrames(page, 2)));

    await bob.evaluate(() => window.unpublishCamera());
    await Promise.all([seesFrames(alice, 1), seesFrames(carol, 1)]);
    await expect.poll(() => told).toContain('track_unpublished three/bob');
    await bob.evaluate(() => window.room.localParticipant.setCameraEnabled(true));
    await Promise.all([seesFrames(alice, 2), seesFrames(carol, 2)]);
    await Promise.all([alice, bob, carol].map((page) => page.close()));
  },
);

inBrowser(
  '[FAKE-24] a browser that vanishes is told of after 21 s on the clock, by LiveKit and to the partner',
  async () => {
    fake.createRoom('lost');
    const alice = await enter('alice', 'lost');
    const bob = await enter('bob', 'lost');
    const devtools = await alice.context().newCDPSession(alice);
    // A closed page still says goodbye; a crashed one does not.
    devtools.send('Page.crash').catch(() => undefined);
    await expect.poll(() => peopleOf('lost')[0]?.isLost).toBe(true);
    await clock.advance(20_500);
    expect(told.filter((line) => line.startsWith('participant_left lost/'))).toEqual([]);
    await clock.runUntil(() => told.includes('participant_left lost/alice CONNECTION_TIMEOUT'), 1_000);
    await bob.waitForFunction(() => window.gone.includes('alice CONNECTION_TIMEOUT'));
    await bob.close();
  },
);

inBrowser(
  '[FAKE-21] after a kill both browsers are back with new sids if the room is made again, else cut off for good',
  async () => {
    fake.createRoom('kept');
    fake.createRoom('forgotten');
    const alice = await enter('alice', 'kept');
    const bob = await enter('bob', 'kept');
    const carol = await enter('carol', 'forgotten');
    const sids = peopleOf('kept').map((one) => one.sid);
    await fake.restart();
    fake.createRoom('kept');
    await carol.waitForFunction(() => window.room.state === 'disconnected');
    await expect
      .poll(() => peopleOf('kept').map((one) => one.state), { timeout: 30_000 })
      .toEqual(['ACTIVE', 'ACTIVE']);
    expect(peopleOf('kept').filter((one) => sids.includes(one.sid))).toEqual([]);
    // By ear, not by eye: two pages that restart Chromium's fake camera at once may both get one without frames.
    await Promise.all([alice, bob].map((page) => page.evaluate(() => (window.samples = 0))));
    await Promise.all([hears(alice), hears(bob)]);
    await Promise.all([alice, bob, carol].map((page) => page.close()));
  },
);

function peopleOf(room: string): ParticipantView[] {
  return fake.rooms().find((one) => one.name === room)?.participants ?? [];
}

interface Remote {
  identity: string;
  isMicrophoneEnabled: boolean;
}

declare global {
  interface Window {
    room: {
      localParticipant: {
        setMicrophoneEnabled(on: boolean): Promise<unknown>;
        setCameraEnabled(on: boolean): Promise<unknown>;
      };
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
    unpublishCamera(): Promise<unknown>;
  }
}

async function enter(identity: string, room = 'demo'): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.goto(pageUrl);
  const token = new AccessToken(keys.apiKey, keys.apiSecret, { identity, name: identity });
  token.addGrant({ roomJoin: true, room });
  const joined = await page.evaluate(
    ([url, jwt]) => window.enter(url ?? '', jwt ?? ''),
    [fake.wsUrl, await token.toJwt()],
  );
  expect(joined).toBe('connected');
  return page;
}

/** Waits until as many videos play as are wanted, each with a picture. */
async function seesFrames(page: Page, videos = 1): Promise<void> {
  await page.waitForFunction((wanted) => {
    const playing = [...document.querySelectorAll('video')].filter((one) => one.videoWidth > 0);
    return window.framesSeen >= 5 && playing.length === wanted;
  }, videos);
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
Object.assign(window, { framesSeen: 0, samples: 0, heard: [], gone: [] });
window.enter = async (url, token) => {
  const room = (window.room = new Room({ videoCaptureDefaults: { resolution: { width: 320, height: 180 } } }));
  const count = (video) => video.requestVideoFrameCallback(() => { window.framesSeen++; count(video); });
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
window.unpublishCamera = () => {
  const { track } = window.room.localParticipant.getTrackPublication(Track.Source.Camera);
  return window.room.localParticipant.unpublishTrack(track);
};
window.say = (text, reliable = true) => window.room.localParticipant.publishData(new TextEncoder().encode(text), { reliable });
</script>`;
