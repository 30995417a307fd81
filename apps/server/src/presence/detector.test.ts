import type { NewFact } from '@latido/core';
import { FREE_BEAT_EVERY_MS } from '@latido/core';
import { expect, test } from 'vitest';
import type { Clock } from '../platform/index.ts';
import { Detector } from './detector.ts';
import { newEntry } from './entry.ts';
import type { Entry } from './entry.ts';
import { Latencies } from './latencies.ts';
import { Outages } from './outages.ts';
import { change, noteBeat, noteSight, Registry } from './registry.ts';
import type { FactWriter } from './fact-writer.ts';
import { startTimeline } from './timeline.ts';

/** A machine whose event loop may stall: its timers fire when it is told to go on. */
class StallingClock implements Clock {
  #ms = 0;
  #wallMs = Date.parse('2026-01-05T10:00:00Z');
  #timer: { fn: () => void; at: number } | null = null;

  now = (): number => this.#wallMs;
  monotonic = (): number => this.#ms;
  setTimeout = (fn: () => void, ms: number): number => {
    this.#timer = { fn, at: this.#ms + ms };
    return 1;
  };
  clearTimeout = (): void => {
    this.#timer = null;
  };

  /** Time passes; nothing runs. */
  stall(ms: number): void {
    this.#ms += ms;
    this.#wallMs += ms;
  }

  /** Somebody sets the machine's clock. */
  set(byMs: number): void {
    this.#wallMs += byMs;
  }

  fire(): void {
    const timer = this.#timer;
    if (timer !== null && timer.at <= this.#ms) timer.fn();
  }

  run(ms: number): void {
    for (let passedMs = 0; passedMs < ms; passedMs += 100) {
      this.stall(100);
      this.fire();
    }
  }
}

function house() {
  const clock = new StallingClock();
  const now = startTimeline(clock);
  const registry = new Registry();
  const written: NewFact[] = [];
  const factWriter = { write: (facts: readonly NewFact[]) => Promise.resolve(void written.push(...facts)) };
  const detector = new Detector({
    clock,
    now,
    registry,
    factWriter: factWriter as unknown as FactWriter,
    latencies: new Latencies(),
    outages: new Outages(registry),
    pollSoon: () => undefined,
    mediaChanged: () => undefined,
  });
  detector.start();
  clock.run(11_000);
  const place = {
    participantSid: 'PA_a',
    identity: 'alice',
    roomName: 'room',
    roomSid: 'RM_1',
    callId: null,
    beatEveryMs: FREE_BEAT_EVERY_MS,
  };
  const link = {
    id: 'l',
    identity: 'alice',
    replaced: () => undefined,
    send: () => undefined,
    trace: () => undefined,
  };
  const entry = registry.attach(place, { link, now: now() }) ?? newEntry(place, now());
  const beat = (one: Entry = entry): void => {
    noteBeat(one, { at: now(), goneAt: null });
    detector.heard();
  };
  beat();
  return {
    clock,
    detector,
    beat,
    entry,
    types: () => written.map(({ type }) => type).filter((type) => type !== 'proof'),
  };
}

test('[PRES-F6] after a stall of ours nobody is judged, not even by a word that comes first, until beats are read', () => {
  const { clock, detector, beat, types } = house();
  clock.stall(20_000);
  detector.poke();
  clock.fire();
  detector.poke();
  clock.run(400);
  expect(types()).toEqual([]);
  beat();
  clock.run(1000);
  expect(types()).toEqual([]);
  clock.run(3000);
  expect(types()).toEqual(['suspected']);
});

test('[PRES-F6] a machine whose clock is set by a minute suspects nobody', () => {
  const { clock, beat, types } = house();
  clock.run(1000);
  beat();
  clock.set(60_000);
  clock.run(1500);
  beat();
  clock.run(1500);
  expect(types()).toEqual([]);
});

test('[PRES-F6] a machine on which every tick is late judges as of when each should have come, and not never', () => {
  const { clock, entry, types } = house();
  change(entry, { socketClosedAt: clock.now() });
  for (let n = 0; n < 6; n += 1) {
    clock.stall(500);
    clock.fire();
  }
  expect(types()).toEqual(['suspected', 'unreachable']);
});

test('[PRES-F12] whose first picture comes between two beats is judged by it in time, and who falls silent after it as well', () => {
  const { clock, beat, entry, types } = house();
  beat();
  clock.run(600);
  const seenAt = clock.now();
  const sight = { seenAt, reportedAt: seenAt, expected: true, expectedFrom: seenAt };
  noteSight(entry, { sight, provedAt: seenAt - FREE_BEAT_EVERY_MS });
  clock.run(2400);
  expect(types()).toEqual([]);
  clock.run(100);
  expect(types()).toEqual(['frozen']);
  clock.run(200);
  expect(types()).toEqual(['frozen', 'suspected']);
});
