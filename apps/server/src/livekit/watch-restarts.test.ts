import type { FakeLivekit } from '@latido/testkit';
import { realClock, startFakeLivekit } from '@latido/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../platform/index.ts';
import { ManualClock } from '../platform/testing.ts';
import { LivekitClocks } from '../presence/index.ts';
import { readMetrics } from './livekit-metrics.ts';
import { createRoomService } from './room-service.ts';
import { RestartWatcher, type RestartWatcherDeps } from './watch-restarts.ts';

const apiKey = 'devkey';
const apiSecret = 'a-secret-of-at-least-32-characters-xx';

describe('the watch for restarts of LiveKit', () => {
  let fake: FakeLivekit;
  let clock: ManualClock;
  let restarts: number[];
  let open: string[];
  let answers: boolean[];

  beforeEach(async () => {
    fake = await startFakeLivekit({ apiKey, apiSecret });
    clock = new ManualClock(Date.now());
    restarts = [];
    answers = [];
    open = ['one', 'two'];
    for (const name of open) fake.createRoom(name);
  });
  afterEach(() => fake.stop());

  type Times = Pick<RestartWatcherDeps, 'ours' | 'heardTime'>;
  function watch({ metrics, ...times }: { metrics: boolean } & Partial<Times>): RestartWatcher {
    const settings = {
      livekitUrl: fake.wsUrl,
      livekitApiKey: apiKey,
      livekitApiSecret: apiSecret,
      graceMs: 45_000,
    };
    return new RestartWatcher({
      clock,
      log: silentLog,
      httpUrl: fake.httpUrl,
      metricsUrl: metrics ? fake.metricsUrl : undefined,
      rooms: createRoomService(settings, silentLog),
      ours: (at) => at,
      openRooms: async () => open,
      answers: (does) => answers.push(does),
      restarted: (at) => restarts.push(at),
      ...times,
    });
  }
  const rooms = () => fake.rooms().map((room) => room.name);

  it('[ROOM-4] by its start time: rooms of open calls are made again at the first look that it answers', async () => {
    const watcher = watch({ metrics: true });
    // Nobody has asked yet.
    expect(watcher.isUp).toBe(false);
    await watcher.look();
    await watcher.look();
    expect(watcher.isUp).toBe(true);
    expect(restarts).toEqual([]);
    await fake.kill();
    await watcher.look();
    expect(watcher.isUp).toBe(false);
    await fake.restart();
    expect(rooms()).toEqual([]);
    await watcher.look();
    expect(watcher.isUp).toBe(true);
    expect(rooms().toSorted()).toEqual(['one', 'two']);
    expect(restarts).toHaveLength(1);
    await watcher.look();
    expect(restarts).toHaveLength(1);
    // Told once when it goes, and when its rooms are there again.
    expect(answers).toEqual([false, true]);
  });

  it('[PRES-R54] its machine is set to another time: it has not begun anew, until it does', async () => {
    await fake.stop();
    open = [];
    let skewMs = 0;
    fake = await startFakeLivekit({
      apiKey,
      apiSecret,
      clock: { ...realClock, now: () => clock.now() + skewMs, monotonic: () => clock.monotonic() },
    });
    const clocks = new LivekitClocks(silentLog);
    const watcher = watch({
      metrics: true,
      ours: (at) => at - clocks.offsetMs(''),
      heardTime: (said) => clocks.hearTime('', said),
    });
    for (const toMs of [0, -20_000, 240_000, 0, -3_600_000]) {
      skewMs = toMs;
      await clock.advance(10_000);
      await watcher.look();
      expect(restarts).toEqual([]);
    }
    await fake.restart();
    await watcher.look();
    expect(restarts).toHaveLength(1);
  });

  it('[ROOM-4] also when it was away for less than a look', async () => {
    const watcher = watch({ metrics: true });
    await watcher.look();
    await fake.restart();
    await watcher.look();
    expect(rooms().toSorted()).toEqual(['one', 'two']);
    expect(restarts).toHaveLength(1);
  });

  it('[ROOM-5] without its metrics: by rooms that had to be made anew after it was away', async () => {
    const watcher = watch({ metrics: false });
    await watcher.look();
    await fake.kill();
    await watcher.look();
    await fake.restart();
    await watcher.look();
    expect(rooms().toSorted()).toEqual(['one', 'two']);
    expect(restarts).toHaveLength(1);
  });

  it('[ROOM-6] a room of an open call that is missing in two looks 10 s apart is made again', async () => {
    const watcher = watch({ metrics: true });
    await watcher.look();
    fake.deleteRoom('two');
    await clock.advance(10_000);
    await watcher.look();
    expect(restarts).toEqual([]);
    await clock.advance(10_000);
    await watcher.look();
    expect(rooms().toSorted()).toEqual(['one', 'two']);
    expect(restarts).toHaveLength(1);
  });

  it('[ROOM-7] after our own start the rooms of open calls are made sure of at once', async () => {
    fake.deleteRoom('one');
    const watcher = watch({ metrics: true });
    await watcher.look();
    expect(rooms().toSorted()).toEqual(['one', 'two']);
    expect(restarts).toHaveLength(1);
  });

  it("[ROOM-8] LiveKit's own counters are read beside ours", () => {
    const page = [
      'process_start_time_seconds 1.76760720012e+09',
      'livekit_webhook_dispatch_total{node_id="ND_x",reason="",status="success"} 12',
      'livekit_webhook_dispatch_total{node_id="ND_x",reason="a",status="drop"} 1',
      'livekit_webhook_dispatch_total{node_id="ND_x",reason="b",status="drop"} 2',
    ].join('\n');
    expect(readMetrics(page)).toEqual({
      startedAt: 1_767_607_200_120,
      dispatched: { success: 12, failure: 0, drop: 3 },
    });
    expect(readMetrics('')).toEqual({ startedAt: null, dispatched: null });
  });
});
