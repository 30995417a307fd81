import { expect, test } from 'vitest';
import { fold, joined, left, line, proof, verdict } from './builders.testing.ts';
import type { Fact } from './fact.ts';

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
