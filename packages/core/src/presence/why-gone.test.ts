import { describe, expect, test } from 'vitest';
import { fold, joined, left, line, proof, sdk, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { isByMediaServer, whyGone } from './interval.ts';

const there = [joined(0), proof(0, 30)];
const unreachable = verdict('unreachable', 30);

test.each<[string, Fact[], string]>([
  [
    'removed long after nobody could reach them',
    [...there, unreachable, left(36, 'PARTICIPANT_REMOVED')],
    'lost',
  ],
  ['the room is tidied away after them', [...there, unreachable, left(75, 'ROOM_DELETED')], 'lost'],
  [
    'the same said by the detector before',
    [...there, unreachable, verdict('left', 30), left(75, 'ROOM_DELETED')],
    'lost',
  ],
  ['removed while they were there', [...there, left(30, 'PARTICIPANT_REMOVED')], 'removed'],
  [
    'removed, and missed before LiveKit’s word came',
    [...there, unreachable, left(31, 'PARTICIPANT_REMOVED')],
    'removed',
  ],
])('[PRES-R18] %s: %s', (...[, facts, reason]) => {
  expect(fold(facts).map(line)).toEqual([`0–30 ${reason} left`]);
});

test('[PRES-F1] a page that said that it goes has closed, whatever LiveKit has said of it yet', () => {
  const facts = [...there, sdk('page_left', 30), verdict('unreachable', 30, 'page_left')];
  const [gone] = fold(facts);
  expect(gone && [line(gone), whyGone(gone)]).toEqual(['0–… open unreachable gap 30–…', 'page_left']);
  const [later] = fold([...facts, proof(34, 40), verdict('unreachable', 40)]);
  expect(later && whyGone(later)).toBeNull();
});

describe('an outage of LiveKit', () => {
  const byMedia = verdict('unreachable', 30, 'media_server');
  const doomed = verdict('left', 30, 'livekit_restarted');
  test.each<[string, Fact[], string, boolean]>([
    ['is why somebody is unreachable', [...there, byMedia], '0–… open unreachable gap 30–…', true],
    ['is over with a proof', [...there, byMedia, proof(34, 40)], '0–… open present gap 30–34', false],
    [
      'explains no later silence',
      [...there, byMedia, proof(34, 40), verdict('unreachable', 40)],
      '0–… open unreachable gap 30–34 gap 40–…',
      false,
    ],
    ['ends a stay', [...there, byMedia, doomed], '0–30 livekit_restarted left', true],
    [
      'is no excuse for whoever does not come back after it',
      [...there, byMedia, doomed, verdict('left', 30, 'lost')],
      '0–30 lost left',
      false,
    ],
  ])('[PRES-F18] %s', (...[, facts, expected, byMediaServer]) => {
    for (const told of [facts, facts.toReversed()]) {
      const [interval] = fold(told);
      expect(interval && line(interval)).toBe(expected);
      expect(interval && isByMediaServer(interval)).toBe(byMediaServer);
    }
  });
});
