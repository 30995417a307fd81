import { afterEach, expect, test } from 'vitest';
import { VirtualClock } from '../clock.ts';
import type { FakeLivekit, FakeLivekitOptions } from './start.ts';
import { startFakeLivekit } from './start.ts';

const keys = { apiKey: 'devkey', apiSecret: 'a-secret-of-at-least-32-characters-xx' };
const running: FakeLivekit[] = [];

afterEach(async () => {
  for (const fake of running.splice(0)) await fake.stop();
});

interface Body {
  event: string;
  room?: { sid?: string };
  participant?: { sid?: string; identity?: string; disconnectReason?: string };
}

/** A fake on a virtual clock; `told` is what its webhooks said, in short. */
async function start(options: Partial<FakeLivekitOptions> = {}) {
  const clock = new VirtualClock();
  const told: string[] = [];
  const bodies: Body[] = [];
  const fake = await startFakeLivekit({
    ...keys,
    clock,
    webhookUrls: ['http://in.process'],
    post: async ({ body }) => {
      const event = JSON.parse(body) as Body;
      bodies.push(event);
      const who = event.participant ? ` ${event.participant.identity}` : '';
      const why = event.participant?.disconnectReason ? ` ${event.participant.disconnectReason}` : '';
      told.push(`${event.event}${who}${why}`);
      return { status: 200 };
    },
    ...options,
  });
  running.push(fake);
  const since = async (): Promise<string[]> => {
    await clock.settle();
    return told.splice(0);
  };
  return { clock, fake, since, bodies };
}

test('[FAKE-13] joined, published, and the tracks go before their owner', async () => {
  const { fake, since } = await start();
  fake.createRoom('demo');
  const alice = fake.join({ room: 'demo', identity: 'alice', attributes: { 'latido.person': 'p1' } });
  alice.publish('CAMERA');
  alice.publish('MICROPHONE');
  expect(await since()).toEqual([
    'room_started',
    'participant_joined alice',
    'track_published alice',
    'track_published alice',
  ]);
  alice.leave();
  expect(await since()).toEqual([
    'track_unpublished alice',
    'track_unpublished alice',
    'participant_left alice CLIENT_INITIATED',
  ]);
});

test('[FAKE-13] an unknown room cannot be joined, unless the fake makes rooms', async () => {
  const { fake } = await start();
  expect(() => fake.join({ room: 'nowhere', identity: 'alice' })).toThrow('requested room does not exist');
  const maker = await start({ autoCreate: true });
  maker.fake.join({ room: 'nowhere', identity: 'alice' });
  expect(await maker.since()).toEqual(['room_started', 'participant_joined alice']);
});

test('[FAKE-14] who vanishes is listed for 21 s, then left with CONNECTION_TIMEOUT', async () => {
  const { clock, fake, since } = await start();
  fake.createRoom('demo');
  const alice = fake.join({ room: 'demo', identity: 'alice' });
  await since();
  alice.vanish();
  await clock.advance(20_900);
  expect(await since()).toEqual([]);
  expect(fake.rooms()[0]?.participants[0]?.state).toBe('ACTIVE');
  await clock.advance(200);
  expect(await since()).toEqual(['participant_left alice CONNECTION_TIMEOUT']);
});

test('[FAKE-14] who is back in time keeps the sid and nobody is told; later it is a new sid', async () => {
  const { clock, fake, since } = await start();
  fake.createRoom('demo');
  const alice = fake.join({ room: 'demo', identity: 'alice' });
  const sid = alice.sid;
  await since();
  alice.vanish();
  await clock.advance(15_000);
  alice.reconnect();
  await clock.advance(60_000);
  expect(await since()).toEqual([]);
  expect(alice.sid).toBe(sid);
  alice.vanish();
  await clock.advance(22_000);
  alice.reconnect();
  expect(await since()).toEqual(['participant_left alice CONNECTION_TIMEOUT', 'participant_joined alice']);
  expect(alice.sid).not.toBe(sid);
});

test('[FAKE-15] lost before media was up: aborted with SIGNAL_CLOSE at once, never joined', async () => {
  const { fake, since } = await start();
  fake.createRoom('demo');
  const alice = fake.join({ room: 'demo', identity: 'alice', media: false });
  expect(alice.state).toBe('JOINED');
  alice.vanish();
  expect(await since()).toEqual(['room_started', 'participant_connection_aborted alice SIGNAL_CLOSE']);
});

test('[FAKE-16] the same identity again: the older leaves first, and a word about it closes no more than it', async () => {
  const { fake, since, bodies } = await start();
  fake.createRoom('demo');
  const first = fake.join({ room: 'demo', identity: 'alice' });
  const second = fake.join({ room: 'demo', identity: 'alice' });
  expect(await since()).toEqual([
    'room_started',
    'participant_joined alice',
    'participant_left alice DUPLICATE_IDENTITY',
    'participant_joined alice',
  ]);
  expect(bodies.map((one) => one.participant?.sid)).toEqual([undefined, first.sid, first.sid, second.sid]);
  first.leave();
  expect(await since()).toEqual([]);
});

test('[FAKE-17] a room is started once, by whoever makes it', async () => {
  const { fake, since } = await start();
  expect(fake.createRoom('demo')).toBe(fake.createRoom('demo'));
  expect(await since()).toEqual(['room_started']);
});

test.each([
  { name: 'nobody joined', joins: false, closesAfterMs: 60_000 },
  { name: 'everybody left', joins: true, closesAfterMs: 90_000 },
])('[FAKE-17] a room that $name is finished after its time', async ({ joins, closesAfterMs }) => {
  const { clock, fake, since } = await start();
  fake.createRoom('demo', { emptyTimeoutMs: 60_000, departureTimeoutMs: 90_000 });
  if (joins) fake.join({ room: 'demo', identity: 'alice' }).leave();
  await since();
  await clock.advance(closesAfterMs - 1);
  expect(await since()).toEqual([]);
  await clock.advance(1);
  expect(await since()).toEqual(['room_finished']);
  expect(fake.rooms()).toEqual([]);
});

test('[FAKE-17] who comes back before the departure time keeps the room', async () => {
  const { clock, fake, since } = await start();
  const sid = fake.createRoom('demo');
  fake.join({ room: 'demo', identity: 'alice' }).leave();
  await clock.advance(19_000);
  fake.join({ room: 'demo', identity: 'alice' });
  await clock.advance(100_000);
  expect(fake.rooms()[0]?.sid).toBe(sid);
  expect(await since()).not.toContain('room_finished');
});

test('[FAKE-17] deleting a room sends everybody away before it is finished', async () => {
  const { fake, since } = await start();
  fake.createRoom('demo');
  fake.join({ room: 'demo', identity: 'alice' });
  fake.join({ room: 'demo', identity: 'bob' });
  await since();
  fake.deleteRoom('demo');
  expect(await since()).toEqual([
    'participant_left alice ROOM_DELETED',
    'participant_left bob ROOM_DELETED',
    'room_finished',
  ]);
});

test('[FAKE-21] a kill tells nobody; after the restart no room is known and the start time is later', async () => {
  const { clock, fake, since } = await start();
  const sid = fake.createRoom('demo');
  const alice = fake.join({ room: 'demo', identity: 'alice' });
  await since();
  const startedAt = await startTime(fake);
  await fake.kill();
  await expect(fetch(fake.httpUrl)).rejects.toThrow();
  await clock.advance(120_000);
  await fake.restart();
  expect(await since()).toEqual([]);
  expect(fake.rooms()).toEqual([]);
  expect(await startTime(fake)).toBeGreaterThan(startedAt);
  expect(() => alice.reconnect()).toThrow('requested room does not exist');
  expect(fake.createRoom('demo')).not.toBe(sid);
  alice.reconnect();
  expect(await since()).toEqual(['room_started', 'participant_joined alice']);
});

test('[FAKE-22] a failed resume says CLIENT_INITIATED for the old sid, then joins with a new one', async () => {
  const { fake, since } = await start();
  fake.createRoom('demo');
  const alice = fake.join({ room: 'demo', identity: 'alice' });
  await since();
  alice.vanish();
  alice.reconnect({ full: true });
  expect(await since()).toEqual(['participant_left alice CLIENT_INITIATED', 'participant_joined alice']);
});

test('[FAKE-23] blocked webhooks are lost as in an outage, and the counters say so', async () => {
  const { clock, fake, since } = await start();
  fake.blockWebhooks();
  fake.createRoom('demo');
  await clock.advance(20_000);
  fake.join({ room: 'demo', identity: 'alice' });
  await clock.advance(2_000);
  fake.unblockWebhooks();
  await clock.advance(60_000);
  expect(await since()).toEqual(['participant_joined alice']);
  expect(fake.webhookCounters).toEqual({ success: 1, failure: 1, drop: 0 });
});

async function startTime(fake: FakeLivekit): Promise<number> {
  const text = await (await fetch(fake.metricsUrl)).text();
  return Number(/^process_start_time_seconds (\S+)$/m.exec(text)?.[1]);
}
