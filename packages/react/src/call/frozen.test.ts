import type { MediaState } from '@latido/client';
import { expect, test } from 'vitest';
import { frozenOf, withMedia, withoutReplaced, type FrozenMedia } from './frozen.ts';

const said = (identity: string, more: Partial<MediaState> = {}): MediaState => ({
  type: 'media_state',
  identity,
  participantSid: `PA_${identity}`,
  arrives: false,
  paused: false,
  at: '2026-01-05T10:00:00.000Z',
  ...more,
});
const all = (...words: MediaState[]): FrozenMedia => words.reduce(withMedia, new Map());

test.each<[string, MediaState[], ReturnType<typeof frozenOf>]>([
  ['all arrives', [], null],
  ['nothing comes of them', [said('bob')], { whose: 'partner', paused: false }],
  ['ours does not arrive', [said('alice')], { whose: 'me', paused: false }],
  [
    'their line is dead: neither arrives, and they say so themselves',
    [said('alice'), said('bob', { paused: true })],
    { whose: 'partner', paused: true },
  ],
  ['ours is', [said('bob'), said('alice', { paused: true })], { whose: 'me', paused: true }],
  ['it moves again', [said('bob', { paused: true }), said('bob', { arrives: true })], null],
])('[REACT-FROZEN] %s', (_title, words, expected) => {
  expect(frozenOf(all(...words), 'alice')).toEqual(expected);
});

test('[REACT-FROZEN] what was said of a connection ends with the one that takes its place', () => {
  const frozen = all(said('bob'));
  expect(withoutReplaced(frozen, { identity: 'bob', participantSid: 'PA_bob' })).toBe(frozen);
  expect(withoutReplaced(frozen, { identity: 'bob', participantSid: 'PA_2' }).size).toBe(0);
});
