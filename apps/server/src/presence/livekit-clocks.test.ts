import { clockWord } from '@latido/core';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { silentLog, type Log } from '../platform/index.ts';
import { LivekitClocks } from './livekit-clocks.ts';

const NOW = Date.UTC(2026, 0, 5, 10);

it('[PRES-R22] a clock that is two seconds off is an alarm, once, and each LiveKit has its own', async () => {
  const said: string[] = [];
  const log = {
    error: (_fields: object, text: string) => said.push(text),
    info: (_fields: object, text: string) => said.push(text),
  } as unknown as Log;
  const clocks = new LivekitClocks(log);
  const registry = new Registry();
  clocks.register(registry);
  const hear = (key: string, s: number, skewMs: number) => {
    const receivedAt = NOW + s * 1_000;
    const at = receivedAt + skewMs - 20;
    const told = { createdAt: null, joinedAt: at, roomMadeAt: at };
    const word = clockWord(told, { receivedAt, call: { createdAt: receivedAt - 20, isOpen: true } });
    if (word !== null) clocks.hear(key, word);
  };
  hear('ours', 0, 1_500);
  expect(clocks.isOff).toBe(false);
  hear('ours', 10, 2_100);
  for (const s of [20, 30]) hear('ours', s, 2_200);
  hear('theirs', 31, 0);
  expect(clocks.isOff).toBe(true);
  expect(said).toEqual(["livekit's clock is off: what it says is corrected, set it by NTP"]);
  expect(clocks.offsetMs('ours')).toBe(2_180);
  expect(clocks.ours('theirs', NOW, NOW + 5)).toBe(NOW);
  expect(clocks.ours('ours', NOW, NOW + 5)).toBe(NOW - 2_180);
  expect(await registry.getSingleMetricAsString('latido_livekit_clock_offset_ms')).toContain('2180');
  hear('ours', 40, 0);
  expect(clocks.isOff).toBe(false);
  expect(said.at(-1)).toBe("livekit's clock is right again");
});

it('[PRES-R22] what a process that was stopped reads late, all at once, is no clock that was set', () => {
  const clocks = new LivekitClocks(silentLog);
  const hear = (receivedAt: number, lateMs: number) => {
    const told = { createdAt: null, joinedAt: receivedAt - lateMs, roomMadeAt: null };
    const word = clockWord(told, { receivedAt, call: { createdAt: NOW - 3_600_000, isOpen: true } });
    if (word !== null) clocks.hear('ours', word);
  };
  for (const s of [0, 10]) hear(NOW + s * 1_000, 20);
  for (const ms of [0, 5, 9]) hear(NOW + 60_000 + ms, 240_000);
  expect(clocks.offsetMs('ours')).toBe(0);
  hear(NOW + 70_000, 240_000);
  expect(clocks.offsetMs('ours')).toBe(-240_000);
});

it('[PRES-R22] after a start of ours the first word may be late: what was known of the clock stands until words contradict it', () => {
  const clocks = new LivekitClocks(silentLog);
  clocks.recall('key', { offsetMs: -240_000, heardAt: new Date(NOW - 172_000) });
  const late = {
    receivedAt: NOW,
    count: 1,
    atLeastMs: -373_000,
    atMostMs: -100_000,
    latestMs: -373_000,
    isOfOpenCall: true,
  };
  clocks.hear('key', late);
  expect(clocks.offsetMs('key')).toBe(-240_000);
  clocks.hear('key', { ...late, receivedAt: NOW + 10_000, atLeastMs: -20, atMostMs: 900, latestMs: -20 });
  expect(clocks.offsetMs('key')).toBe(0);
});
