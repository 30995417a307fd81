import { expect, test } from 'vitest';
import type { Link, Place } from './entry.ts';
import { tracePeers } from './peers.ts';
import { change, Registry } from './registry.ts';

const link: Link = {
  id: 'socket',
  identity: 'person',
  replaced: () => undefined,
  send: () => undefined,
  trace: () => undefined,
};
const placeOf = (participantSid: string, identity: string): Place => ({
  participantSid,
  identity,
  roomName: 'salon',
  roomSid: 'RM_1',
  callId: null,
  beatEveryMs: 2_000,
});

test('[PRES-F21] who is followed by a newer sid is found without looking at anybody else in the room', () => {
  const registry = new Registry();
  const others = Array.from({ length: 100 }, (_, n) =>
    registry.attach(placeOf(`PA_${n}`, `person_${n}`), { link, now: n }),
  );
  const [old, young] = [1_000, 2_000].map((now) => {
    const entry = registry.attach(placeOf(`PA_at_${now}`, 'person_a'), { link, now });
    if (entry === null) throw new Error('the sid is somebody else’s');
    change(entry, { lastBeatAt: now });
    entry.named = true;
    return entry;
  });
  let looks = 0;
  for (const other of others) {
    if (other === null) continue;
    const { watch } = other;
    Object.defineProperty(other, 'watch', { get: () => ((looks += 1), watch) });
  }
  if (young !== undefined) registry.markFollowed(young);
  expect([old?.watch.followed, young?.watch.followed, looks]).toEqual(['named', null, 0]);
  registry.remove('PA_at_2000');
  if (old !== undefined) registry.markFollowed(old);
  expect(old?.watch.followed).toBeNull();
});

test('[PRES-R20] a sid that only a browser names is said to follow, and follows nobody whom LiveKit named', () => {
  const registry = new Registry();
  const [real, invented] = [1_000, 2_000].map((now) => {
    const entry = registry.attach(placeOf(`PA_at_${now}`, 'person_a'), { link, now });
    if (entry === null) throw new Error('the sid is somebody else’s');
    change(entry, { lastBeatAt: now });
    return entry;
  });
  if (real === undefined || invented === undefined) throw new Error('two were attached');
  real.named = true;
  registry.markFollowed(invented);
  expect([real.watch.followed, invented.watch.followed]).toEqual(['said', null]);
  invented.named = true;
  registry.markFollowed(invented);
  expect(real.watch.followed).toBe('named');
});

test('[PRES-R32] for a sid that has left nobody speaks but whose it was', () => {
  const registry = new Registry();
  const attach = (identity: string, now: number) =>
    registry.attach(placeOf('PA_1', identity), { link, now })?.watch.identity ?? null;
  expect(attach('person_a', 0)).toBe('person_a');
  const entry = registry.get('PA_1');
  if (entry !== null) Object.assign(entry, { known: true, named: true });
  expect(registry.load([], { now: 1_000 })).toHaveLength(1);
  expect(attach('person_b', 2_000)).toBeNull();
  registry.load([], { now: 3_600_000 });
  expect(attach('person_b', 3_600_000)).toBeNull();
  expect(attach('person_a', 3_600_000)).toBe('person_a');
  registry.load([], { now: 4_000_000 });
  // Its tokens are good for two hours.
  registry.load([], { now: 12_000_000 });
  expect(attach('person_b', 12_000_000)).toBe('person_b');
});

test('[PRES-F21] a beat is shown in a room of eight, and in one of a hundred nobody is even looked at for it', () => {
  for (const [size, shown] of [
    [8, 7],
    [100, 0],
  ] as const) {
    const registry = new Registry();
    let traces = 0;
    const entries = Array.from({ length: size }, (_, n) => {
      const own = { ...link, id: `socket_${n}`, trace: () => (traces += 1) };
      const entry = registry.attach(placeOf(`PA_${n}`, `person_${n}`), { link: own, now: n });
      if (entry === null) throw new Error('the sid is somebody else’s');
      return entry;
    });
    let looks = 0;
    for (const other of entries.slice(1)) {
      const { watch } = other;
      Object.defineProperty(other, 'watch', { get: () => ((looks += 1), watch) });
    }
    tracePeers(entries[0]!, 1_000);
    expect([size, traces, looks > 0]).toEqual([size, shown, shown > 0]);
  }
});
