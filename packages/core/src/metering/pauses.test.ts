import { expect, test } from 'vitest';
import { pausesOf } from './pauses.ts';

type Stay = Parameters<typeof pausesOf>[1]['stays'][number];

const stay = (personId: string, more: Partial<Stay> = {}): Stay => ({
  personId,
  joinedAt: 0,
  leftAt: null,
  leftReason: null,
  gaps: [],
  unpaid: [],
  outageAt: [],
  state: 'present',
  ...more,
});
const SPANS: [number, number][] = [
  [0, 60_000],
  [90_000, 120_000],
];
const reasons = (stays: Stay[], stops: [number, number | null][] = []) =>
  pausesOf(SPANS, { stays, stops, endedAt: null }).map(({ personId, reason }) => `${personId}: ${reason}`);

test.each<[string, Partial<Stay>, string]>([
  ['a silence', { gaps: [[60_000, 90_000]] }, 'bob: lost_connection'],
  ['a frozen picture', { unpaid: [[60_000, 90_000]] }, 'bob: lost_connection'],
  ['an outage', { gaps: [[60_000, 90_000]], outageAt: [60_000] }, 'bob: media_server'],
  ['a page that was closed', { leftAt: 60_000, leftReason: 'page_left' }, 'bob: closed_page'],
  ['a goodbye', { leftAt: 60_000, leftReason: 'bye' }, 'bob: left'],
  ['a removal', { leftAt: 60_000, leftReason: 'removed' }, 'bob: removed'],
  ['a stay that LiveKit timed out', { leftAt: 60_000, leftReason: 'timeout' }, 'bob: lost_connection'],
  ['a LiveKit that went', { leftAt: 60_000, leftReason: 'server_shutdown' }, 'bob: media_server'],
])('[METER-38] %s is the reason of its pause, and whose it was', (_name, more, expected) => {
  expect(reasons([stay('alice'), stay('bob', more), stay('bob', { joinedAt: 90_000 })])).toEqual([expected]);
});

test('[METER-38] what broke off last is the reason; of coins that had run out nobody is blamed', () => {
  const before = stay('alice', { gaps: [[20_000, 30_000]] });
  const at = stay('bob', { gaps: [[60_400, 90_000]] });
  const later = stay('alice', { gaps: [[100_000, 110_000]] });
  expect(reasons([before, at, later])).toEqual(['bob: lost_connection']);
  expect(reasons([before, at], [[60_000, 90_000]])).toEqual(['null: out_of_balance']);
  expect(reasons([stay('alice')], [[10_000, 20_000]])).toEqual(['null: lost_connection']);
});

test('[METER-38] what breaks off for good is a pause up to the call’s end; a hang-up is none', () => {
  const tail = (endedAt: number, more: Partial<Stay>) =>
    pausesOf(SPANS.slice(0, 1), { stays: [stay('alice'), stay('bob', more)], stops: [], endedAt });
  const silent: Partial<Stay> = { gaps: [[60_000, 105_000]] };
  expect(tail(105_000, silent)).toEqual([
    { fromAt: 60_000, toAt: 105_000, personId: 'bob', reason: 'lost_connection' },
  ]);
  expect(tail(66_000, { leftAt: 60_200, leftReason: 'page_left' })).toMatchObject([
    { reason: 'closed_page' },
  ]);
  expect(tail(60_900, { leftAt: 60_900, leftReason: 'bye' })).toEqual([]);
  // Nothing of the two broke off where it begins: nobody is blamed for the clock's grain.
  expect(tail(62_000, {})).toEqual([]);
  expect(tail(62_000, { gaps: [[20_000, 30_000]] })).toEqual([]);
  expect(pausesOf([], { stays: [], stops: [], endedAt: 62_000 })).toEqual([]);
});
