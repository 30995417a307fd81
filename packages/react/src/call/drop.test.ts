import type { MediaState } from '@latido/client';
import type { CallState, TokenAnswer } from '@latido/protocol';
import { DisconnectReason } from 'livekit-client';
import { expect, it } from 'vitest';
import { answerAfter, isOverBy } from './drop.ts';

const answer = { identity: 'person_a' } as TokenAnswer;
const callWith = (state: string, away: string | null = null): CallState =>
  ({ people: [{ personId: 'person_a', state, away }] }) as unknown as CallState;
/** As the page knew it while the server spoke. */
const heard = {
  call: callWith('present'),
  answer,
  cutOffAt: null,
  serverAwayAt: null,
  frozen: new Map<string, MediaState>(),
};
/** Said at ten and ten seconds. */
const outOfCoins = (cutAt: string, state = 'present'): CallState => ({
  ...callWith(state),
  serverAt: '2026-01-05T10:00:10.000Z',
  meter: { cutAt: `2026-01-05T${cutAt}.000Z` } as CallState['meter'],
});
const stands = (paused: boolean) => ({
  frozen: new Map([['person_a', { type: 'media_state', identity: 'person_a', paused } as MediaState]]),
});

it.each([
  ['a media server that vanished', undefined, 1_000, answer],
  ['one that is stopped', DisconnectReason.SERVER_SHUTDOWN, 1_000, answer],
  ['a token that is old', undefined, 3_600_000, null],
  ['a room that was deleted: the server is asked first', DisconnectReason.ROOM_DELETED, 1_000, null],
  ['being taken out: the server is asked first', DisconnectReason.PARTICIPANT_REMOVED, 1_000, null],
])('[REACT-MEDIA-AWAY] what lets us in again after %s', (_what, reason, ageMs, wanted) => {
  expect(answerAfter(reason, { answer, ageMs })).toBe(wanted);
});

it('[REACT-FIRST] a deleted room is the end of a free one; in a call the server says what it is', () => {
  expect(isOverBy(DisconnectReason.ROOM_DELETED, { ...heard, call: null }, undefined)).toBe(true);
});

it.each([
  ['whom the server hears was sent away', {}, true, true],
  ['whom it heard no more comes back', { call: callWith('unreachable') }, true, false],
  ['so does who was lost', { call: callWith('left', 'lost_connection') }, true, false],
  ['so does whom it cannot tell anything: what it said before is no word about it', {}, false, false],
  ['so does who was cut off, though it answers again', { cutOffAt: 1 }, true, false],
  ['so does who did without the server, though it answers again', { serverAwayAt: 1 }, true, false],
  ['so does whose picture stood, so that the meter rested', stands(true), true, false],
  ['whose picture stands and is paid was sent away', stands(false), true, true],
  ['whose coins ended was taken out for that', { call: outOfCoins('10:00:05') }, true, true],
  ['though it is heard no more', { call: outOfCoins('10:00:05', 'unreachable') }, true, true],
  ['and though the server cannot say so', { call: outOfCoins('10:00:05') }, false, true],
  ['who could have topped up still comes back', { call: outOfCoins('10:00:20', 'unreachable') }, true, false],
  ['a free room takes nobody out for silence', { call: null, serverAwayAt: 1 }, undefined, true],
] as const)('[REACT-REMOVED] of who is taken out of the room: %s', (_what, state, answered, over) => {
  expect(isOverBy(DisconnectReason.PARTICIPANT_REMOVED, { ...heard, ...state }, answered)).toBe(over);
});
