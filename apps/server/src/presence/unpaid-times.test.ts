import { expect, test } from 'vitest';
import type { Entry, Link } from './entry.ts';
import { change, Registry } from './registry.ts';
import type { UnpaidTime } from './unpaid-times.ts';

const link: Link = {
  id: 'socket',
  identity: 'person',
  replaced: () => undefined,
  send: () => undefined,
  trace: () => undefined,
};

/** What one node knows: somebody whom it hears, and what it tells the others. */
function nodeWith(
  participantSid: string,
  identity: string,
): { registry: Registry; entry: Entry; told: UnpaidTime[] } {
  const registry = new Registry();
  const told: UnpaidTime[] = [];
  const circumstances = () => ({ startedAt: 0, outage: null });
  registry.unpaid.noteBy({ circumstances, tell: (time) => void told.push(time) });
  const place = {
    participantSid,
    identity,
    roomName: 'salon',
    roomSid: '',
    callId: 'call_1',
    beatEveryMs: 500,
  };
  const entry = registry.attach(place, { link, now: 1_000 });
  if (entry === null) throw new Error('the sid is somebody else’s');
  return { registry, entry, told };
}

const stands = (entry: Entry, fromAt: number): void => change(entry, { frozen: { fromAt, paused: true } });

test('[PRES-F35] a picture that stood at one node counts at the other for every identity of its person, once', () => {
  const here = nodeWith('PA_1', 'person_a~1');
  const there = nodeWith('PA_2', 'person_a~2');
  stands(here.entry, 60_000);
  here.registry.unpaid.stopped(here.entry, 100_000);
  for (let time = 0; time < 2; time += 1) there.registry.unpaid.take(here.told, 100_000);
  expect(there.entry.watch.stopped).toEqual([[60_000, 100_000]]);
  expect(here.entry.watch.stopped).toEqual([[60_000, 100_000]]);
  // Ten minutes later it is nobody's any more.
  const late = nodeWith('PA_3', 'person_a');
  late.registry.unpaid.take(here.told, 701_000);
  expect(late.entry.watch.stopped).toEqual([]);
});

test('[PRES-F35] who was shut out at one node is so for all before it at the others, in whatever order they hear of it', () => {
  const here = nodeWith('PA_1', 'person_a');
  stands(here.entry, 60_000);
  here.registry.unpaid.stopped(here.entry, 100_000);
  here.registry.unpaid.shutOut(here.entry, 110_000);
  change(here.entry, { shutOutAt: 110_000 });
  stands(here.entry, 120_000);
  here.registry.unpaid.stopped(here.entry, 130_000);
  for (const times of [here.told, here.told.toReversed()]) {
    const there = nodeWith('PA_2', 'person_a');
    for (const time of times) there.registry.unpaid.take([time], 130_000);
    expect(there.entry.watch.stopped).toEqual([[120_000, 130_000]]);
  }
});

test('[PRES-F35] of whom another node hears nothing is noted here', () => {
  const here = nodeWith('PA_1', 'person_a');
  stands(here.entry, 60_000);
  here.entry.own = false;
  here.registry.unpaid.stopped(here.entry, 100_000);
  expect([here.told, here.entry.watch.stopped]).toEqual([[], []]);
});
