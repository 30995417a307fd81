import {
  participantJoined,
  participantLeft,
  roomFinished,
  trackPublished,
  webhookBody,
} from '@latido/testkit';
import { describe, expect, it } from 'vitest';
import { isUnreadable, readWebhook } from './webhook-fact.ts';

const at = Date.UTC(2026, 0, 5, 10) + 123;
const receivedAt = at + 50;
const read = (body: string | Buffer) => readWebhook({ body: Buffer.from(body), receivedAt });

describe('webhooks as facts', () => {
  it('[WEBHOOK-5] a join is of the instant at which it came, within its second', () => {
    const body = webhookBody(participantJoined({ room: 'a room', participant: 'alice', at, id: 'EV_1' }));
    expect(read(body)).toMatchObject({
      source: 'webhook',
      sourceEventId: 'EV_1',
      type: 'participant_joined',
      roomName: 'a room',
      identity: 'alice',
      occurredAt: receivedAt,
      receivedAt,
    });
    expect(read(body)).toHaveProperty('participantSid', expect.stringMatching(/^PA_/));
    expect(read(body)).toHaveProperty('roomSid', expect.stringMatching(/^RM_/));
  });

  it.each([
    ['by the time that the event has come', 2_000, 2_040, 2_040],
    ['within its second, where the event was kept back', 2_000, 9_000, 2_876],
  ])(
    '[PRES-R9] a join is of when media is up, not of when the signalling connected: %s',
    (...[, upMs, gotMs, ms]) => {
      const event = participantJoined({ room: 'a room', participant: 'alice', at });
      const createdAt = String(Math.floor((at + upMs) / 1000));
      const body = Buffer.from(JSON.stringify({ ...JSON.parse(webhookBody(event)), createdAt }));
      expect(readWebhook({ body, receivedAt: at + gotMs })).toMatchObject({ occurredAt: at + ms });
    },
  );

  it('[WEBHOOK-5] any other event is of the second that LiveKit gives', () => {
    const body = webhookBody(participantLeft({ room: 'a room', participant: 'alice', at }));
    expect(read(body)).toMatchObject({ type: 'participant_left', occurredAt: at - 123 });
  });

  it('[WEBHOOK-6] the turn password is not stored, everything else is', () => {
    const body = webhookBody(roomFinished({ room: 'a room', at }));
    expect(body).toContain('turnPassword');
    const fact = read(body);
    expect(JSON.stringify(fact)).not.toContain('turnPassword');
    expect(fact).toMatchObject({ payload: { event: 'room_finished', room: { name: 'a room' } } });
  });

  it.each<[string, object, object]>([
    [
      'an unknown event',
      { event: 'moon_risen', id: 'EV_9', createdAt: '1767607200' },
      { type: 'moon_risen', roomName: '', occurredAt: 1_767_607_200_000 },
    ],
    [
      'nothing at all',
      {},
      {
        type: 'unknown',
        roomName: '',
        roomSid: null,
        participantSid: null,
        identity: null,
        occurredAt: receivedAt,
      },
    ],
    ['a time that cannot be', { event: 'x', createdAt: '99999999999999999' }, { occurredAt: receivedAt }],
    ['a time before there was LiveKit', { event: 'x', createdAt: 1 }, { occurredAt: receivedAt }],
    [
      'fields of other types',
      { event: 7, room: [], participant: 'x', id: null },
      { type: 'unknown', roomSid: null },
    ],
    ['an egress', { event: 'egress_started', egressInfo: { roomName: 'filmed' } }, { roomName: 'filmed' }],
    [
      'a join without times of its own',
      { event: 'participant_joined', createdAt: '1767607200', participant: { sid: 'PA_x' } },
      { occurredAt: receivedAt },
    ],
  ])('[WEBHOOK-7] %s is a fact', (_title, event, expected) => {
    expect(read(JSON.stringify(event))).toMatchObject(expected);
  });

  it('[WEBHOOK-7] without an id the digest of the body tells duplicates', () => {
    const first = read('{"event":"x"}');
    expect(first).toHaveProperty('sourceEventId', expect.stringMatching(/^sha256:[0-9a-f]{64}$/));
    expect(read('{"event":"x"}')).toEqual(first);
    expect(read('{"event":"y"}')).not.toHaveProperty('sourceEventId', first);
  });

  it('[WEBHOOK-7] a track event brings no more than ids', () => {
    const fact = read(webhookBody(trackPublished({ room: 'a room', participant: 'alice', at })));
    expect(fact).toMatchObject({ type: 'track_published', identity: 'alice', roomName: 'a room' });
  });

  it('[WEBHOOK-8] text that no database holds is stored without what cannot be', () => {
    const fact = read(
      '{"event":"x","room":{"name":"a\\u0000b"},"participant":{"identity":"\\ud800"},"k\\u0000":["\\u0000"]}',
    );
    expect(fact).toMatchObject({
      roomName: 'a\uFFFDb',
      identity: '\uFFFD',
      payload: { 'k\uFFFD': ['\uFFFD'] },
    });
  });

  it.each(['', '{', 'null', '[]', '7', '"text"', '\0\0'])('[WEBHOOK-9] %j is unreadable and kept', (body) => {
    const seen = read(body);
    expect(isUnreadable(seen)).toBe(true);
    expect(seen).toMatchObject({
      body: Buffer.from(body),
      receivedAt,
      problem: expect.any(String) as string,
    });
  });
});
