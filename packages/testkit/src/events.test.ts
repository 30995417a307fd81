import { expect, test } from 'vitest';
import * as events from './events.ts';
import { alice, bob, carol, dora, eve } from './people.ts';

const at = Date.UTC(2026, 0, 5, 10, 0, 0, 900);
const second = String(Math.floor(at / 1000));

function bodyOf(event: Parameters<typeof events.webhookBody>[0]) {
  return JSON.parse(events.webhookBody(event)) as Record<string, Record<string, unknown>>;
}

test('[FAKE-12] int64 are strings, zero values are left out, createdAt is whole seconds', () => {
  const body = bodyOf(events.participantJoined({ room: 'demo', participant: alice.identity, at }));
  expect(body).toMatchObject({
    event: 'participant_joined',
    createdAt: second,
    id: expect.stringMatching(/^EV_\w{12}$/),
  });
  expect(body['room']).toMatchObject({
    name: 'demo',
    sid: expect.stringMatching(/^RM_\w{12}$/),
    creationTime: second,
  });
  expect(body['participant']).toMatchObject({ identity: 'alice', state: 'ACTIVE', joinedAtMs: String(at) });
  expect(body['participant']).toHaveProperty('sid', expect.stringMatching(/^PA_\w{12}$/));
  for (const zero of ['kind', 'metadata', 'disconnectReason', 'tracks'])
    expect(body['participant']).not.toHaveProperty(zero);
});

test('[FAKE-12] events of one person agree on the sids without being told', () => {
  const joined = events.participantJoined({ room: 'demo', participant: 'alice' });
  const left = events.participantLeft({ room: 'demo', participant: 'alice', reason: 'PARTICIPANT_REMOVED' });
  const other = events.participantLeft({ room: 'demo', participant: 'bob' });
  expect(left.participant?.sid).toBe(joined.participant?.sid);
  expect(left.room?.sid).toBe(joined.room?.sid);
  expect(other.participant?.sid).not.toBe(joined.participant?.sid);
  expect(left.id).not.toBe(joined.id);
  expect(bodyOf(left)['participant']).toMatchObject({
    disconnectReason: 'PARTICIPANT_REMOVED',
    state: 'DISCONNECTED',
  });
});

test.each([
  ['room_started', events.roomStarted({ room: 'demo' })],
  ['room_finished', events.roomFinished({ room: 'demo' })],
  ['participant_joined', events.participantJoined({ room: 'demo', participant: 'alice' })],
  ['participant_left', events.participantLeft({ room: 'demo', participant: 'alice' })],
  [
    'participant_connection_aborted',
    events.participantConnectionAborted({ room: 'demo', participant: 'alice' }),
  ],
  ['track_published', events.trackPublished({ room: 'demo', participant: 'alice' })],
  ['track_unpublished', events.trackUnpublished({ room: 'demo', participant: 'alice' })],
])('[FAKE-12] %s says its name', (name, event) => {
  expect(event.event).toBe(name);
});

test('[FAKE-12] track events carry no more of room and participant than their ids', () => {
  const body = bodyOf(events.trackPublished({ room: 'demo', participant: 'alice' }));
  expect(Object.keys(body['room'] ?? {}).toSorted()).toEqual(['name', 'sid']);
  expect(Object.keys(body['participant'] ?? {}).toSorted()).toEqual(['identity', 'sid']);
  expect(body['track']).toMatchObject({ type: 'VIDEO', source: 'CAMERA' });
});

test('[FAKE-12] the people of the tests keep their parts', () => {
  expect([alice, bob, carol, dora, eve].map((one) => `${one.email} ${one.role} ${one.does}`)).toEqual([
    'alice@demo.test client pays',
    'bob@demo.test model earns',
    'carol@demo.test collector collects',
    'dora@demo.test mentor mentors',
    'eve@demo.test mentee learns',
  ]);
});
