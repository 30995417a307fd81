import type { TokenAnswer } from '@latido/protocol';
import { DisconnectReason } from 'livekit-client';
import { expect, it } from 'vitest';
import { answerAfter, isOverBy } from './drop.ts';

const answer = { identity: 'person_a' } as TokenAnswer;

it.each([
  ['a media server that vanished', undefined, 1_000, answer],
  ['one that is stopped', DisconnectReason.SERVER_SHUTDOWN, 1_000, answer],
  ['a token that is old', undefined, 3_600_000, null],
  ['a room that was deleted: the server is asked first', DisconnectReason.ROOM_DELETED, 1_000, null],
])('[REACT-MEDIA-AWAY] what lets us in again after %s', (_what, reason, ageMs, wanted) => {
  expect(answerAfter(reason, { answer, ageMs })).toBe(wanted);
});

it('[REACT-FIRST] a deleted room is the end of a free one; in a call the server says what it is', () => {
  expect(isOverBy(DisconnectReason.ROOM_DELETED, { call: null, answer })).toBe(true);
});
