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
const reasons = (stays: Stay[], stops: [number, number | null][] = []) =>
  pausesOf(
    [
      [0, 60_000],
      [90_000, 120_000],
    ],
    { stays, stops },
  ).map(({ personId, reason }) => `${personId}: ${reason}`);

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
