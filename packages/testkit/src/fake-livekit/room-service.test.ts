import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateRoomRequest, Room } from '@livekit/protocol';
import { AccessToken, RoomServiceClient, WebhookReceiver } from 'livekit-server-sdk';
import type { VideoGrant } from 'livekit-server-sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import type { FakeLivekit } from './start.ts';
import { startFakeLivekit } from './start.ts';
import { verifyToken } from './tokens.ts';

const keys = { apiKey: 'devkey', apiSecret: 'a-secret-of-at-least-32-characters-xx' };

let fake: FakeLivekit;
let service: RoomServiceClient;

beforeAll(async () => {
  fake = await startFakeLivekit(keys);
  service = new RoomServiceClient(fake.httpUrl, keys.apiKey, keys.apiSecret);
});

afterAll(() => fake.stop());

async function tokenFor(grant: VideoGrant, secret = keys.apiSecret): Promise<string> {
  const token = new AccessToken(keys.apiKey, secret, { identity: 'alice' });
  token.addGrant(grant);
  return token.toJwt();
}

test("[FAKE-18] the SDK's client makes, lists and deletes rooms", async () => {
  const room = await service.createRoom({
    name: 'made',
    emptyTimeout: 60,
    departureTimeout: 90,
    metadata: 'm',
  });
  expect(room).toMatchObject({ name: 'made', emptyTimeout: 60, departureTimeout: 90, metadata: 'm' });
  expect((await service.createRoom({ name: 'made' })).sid).toBe(room.sid);
  expect((await service.listRooms(['made'])).map((one) => one.sid)).toEqual([room.sid]);
  expect(await service.listRooms(['other'])).toEqual([]);
  await service.deleteRoom('made');
  await expect(service.deleteRoom('made')).rejects.toMatchObject({ status: 404, code: 'not_found' });
});

test("[FAKE-18] the SDK's client lists, reads, changes, mutes and removes participants", async () => {
  fake.createRoom('people');
  const alice = fake.join({ room: 'people', identity: 'alice', attributes: { a: '1', b: '2' } });
  const camera = alice.publish();
  expect((await service.listParticipants('people')).map((one) => one.sid)).toEqual([alice.sid]);
  await service.updateParticipant('people', 'alice', {
    metadata: 'm',
    attributes: { a: '', c: '3' },
    name: 'Alice',
  });
  expect(await service.getParticipant('people', 'alice')).toMatchObject({
    name: 'Alice',
    metadata: 'm',
    attributes: { b: '2', c: '3' },
    isPublisher: true,
  });
  await service.mutePublishedTrack('people', 'alice', camera, true);
  expect((await service.getParticipant('people', 'alice')).tracks[0]?.muted).toBe(true);
  await service.sendData('people', new Uint8Array([1]), 0, { topic: 't' });
  await service.removeParticipant('people', 'alice');
  expect(alice.state).toBe('DISCONNECTED');
  await expect(service.getParticipant('people', 'alice')).rejects.toMatchObject({ status: 404 });
  expect(await service.listParticipants('nowhere')).toEqual([]);
});

test('[FAKE-18] protobuf bodies are understood and answered as such', async () => {
  const response = await fetch(`${fake.httpUrl}/twirp/livekit.RoomService/CreateRoom`, {
    method: 'POST',
    headers: {
      'content-type': 'application/protobuf',
      authorization: `Bearer ${await tokenFor({ roomCreate: true })}`,
    },
    body: Uint8Array.from(new CreateRoomRequest({ name: 'binary' }).toBinary()),
  });
  expect(response.headers.get('content-type')).toBe('application/protobuf');
  expect(Room.fromBinary(new Uint8Array(await response.arrayBuffer())).name).toBe('binary');
});

test('[FAKE-18] a wrong secret, or a token without the grant, is unauthenticated', async () => {
  const stranger = new RoomServiceClient(
    fake.httpUrl,
    keys.apiKey,
    'another-secret-of-at-least-32-characters',
  );
  await expect(stranger.listRooms()).rejects.toMatchObject({ status: 401 });
  const response = await fetch(`${fake.httpUrl}/twirp/livekit.RoomService/ListRooms`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await tokenFor({ room: 'x', roomJoin: true })}`,
    },
    body: '{}',
  });
  expect(response.status).toBe(401);
});

test.each([
  { room: 'door', secret: keys.apiSecret, path: '/rtc', status: 200, text: 'success' },
  { room: 'door', secret: keys.apiSecret, path: '/rtc/v1', status: 404, text: '404 page not found' },
  {
    room: 'nowhere',
    secret: keys.apiSecret,
    path: '/rtc',
    status: 404,
    text: 'requested room does not exist',
  },
  {
    room: 'nowhere',
    secret: keys.apiSecret,
    path: '/rtc/v1',
    status: 404,
    text: 'requested room does not exist',
  },
  { room: 'door', secret: 'x'.repeat(32), path: '/rtc', status: 401, text: 'invalid authorization token' },
])('[FAKE-19] $path/validate for $room says $status $text', async ({ room, secret, path, status, text }) => {
  fake.createRoom('door');
  const token = await tokenFor({ roomJoin: true, room }, secret);
  const response = await fetch(`${fake.httpUrl}${path}/validate?access_token=${token}`);
  expect([response.status, await response.text()]).toEqual([status, text]);
  expect(response.headers.get('access-control-allow-origin')).toBe('*');
});

test('[FAKE-19] a token that grants no join does not connect', async () => {
  const noJoin = await fetch(`${fake.httpUrl}/rtc/validate?access_token=${await tokenFor({ room: 'door' })}`);
  expect(noJoin.status).toBe(401);
});

test.each([
  { shiftMs: -120_000, isGood: false },
  { shiftMs: 0, isGood: true },
  { shiftMs: 3_630_000, isGood: true },
  { shiftMs: 3_700_000, isGood: false },
])(
  '[FAKE-19] a token of an hour, seen $shiftMs ms after its making: good is $isGood',
  async ({ shiftMs, isGood }) => {
    const token = new AccessToken(keys.apiKey, keys.apiSecret, { identity: 'alice', ttl: '1h' });
    token.addGrant({ roomJoin: true, room: 'door' });
    const claims = verifyToken(await token.toJwt(), keys, [Date.now() + shiftMs]);
    expect(claims !== undefined).toBe(isGood);
  },
);

test('[FAKE-19] GET / says OK and the metrics have the names of LiveKit', async () => {
  expect(await (await fetch(fake.httpUrl)).text()).toBe('OK');
  const text = await (await fetch(fake.metricsUrl)).text();
  for (const name of ['process_start_time_seconds', 'livekit_room_total', 'livekit_participant_total']) {
    expect(text).toContain(name);
  }
  // As in LiveKit, a series appears with its first increment.
  expect(text).not.toContain('livekit_webhook_dispatch_total{');
});

test("[FAKE-10] webhooks arrive over HTTP and pass the SDK's receiver, also when the clock is virtual", async () => {
  const receiver = new WebhookReceiver(keys.apiKey, keys.apiSecret);
  const seen: string[] = [];
  const endpoint = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event = await receiver.receive(Buffer.concat(chunks).toString(), request.headers.authorization);
    seen.push(`${request.headers['content-type']} ${event.event}`);
    response.statusCode = seen.length === 1 ? 503 : 200;
    response.end();
  });
  await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
  const clock = new VirtualClock(Date.now());
  const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`;
  const sender = await startFakeLivekit({ ...keys, clock, webhookUrls: [url] });
  sender.createRoom('demo');
  await clock.advance(1_000);
  expect(seen).toEqual(['application/webhook+json room_started', 'application/webhook+json room_started']);
  expect(sender.webhookCounters).toEqual({ success: 1, failure: 0, drop: 0 });
  await sender.stop();
  endpoint.close();
});
