import { describe, expect, test } from 'vitest';
import { at, fold, joined, left, line, proof, sdk, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';
import { isByMediaServer, whyGone } from './interval.ts';
import { watch } from './watch.testing.ts';
import { pageLeftOf } from './watch.ts';

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

const stood = [...there, verdict('media_stopped', 20, 'media')];
test.each<[string, Fact[], string]>([
  ['LiveKit’s client gives it up', [...stood, left(29, 'CLIENT_INITIATED')], 'lost'],
  ['their page closes', [...stood, sdk('page_left', 29.5), left(29, 'CLIENT_INITIATED')], 'page_left'],
  ['they hang up', [...stood, sdk('bye', 30), left(29, 'CLIENT_INITIATED')], 'bye'],
  [
    'they had media again',
    [...stood, verdict('media_back', 25, 'media'), left(29, 'CLIENT_INITIATED')],
    'page_left',
  ],
  [
    'it stood once more',
    [
      ...stood,
      verdict('media_back', 25, 'media'),
      verdict('media_stopped', 27),
      left(29, 'CLIENT_INITIATED'),
    ],
    'lost',
  ],
  ['it stood later', [...there, left(29, 'CLIENT_INITIATED'), verdict('media_stopped', 35)], 'page_left'],
])('[PRES-R57] a dead line: %s', (...[, facts, reason]) => {
  for (const told of [facts, facts.toReversed()]) expect(fold(told)[0]?.leftReason).toBe(reason);
});

test('[PRES-R57] before LiveKit’s word comes the partner’s closes no page whose media stood', () => {
  const given = { goneAt: at(30), goneReason: 'CLIENT_INITIATED', socketClosedAt: at(30) };
  const stands = (paused: boolean) => ({ frozen: { fromAt: at(20), paused } });
  expect(pageLeftOf(watch(31, given))).toBe(at(30));
  expect(pageLeftOf(watch(31, { ...given, ...stands(false) }))).toBe(at(30));
  expect(pageLeftOf(watch(31, { ...given, ...stands(true) }))).toBeNull();
  expect(pageLeftOf(watch(31, { ...given, ...stands(true), pageLeftAt: at(30) }))).toBe(at(30));
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
