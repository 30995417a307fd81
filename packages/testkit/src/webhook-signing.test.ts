import { createHash } from 'node:crypto';
import { WebhookReceiver } from 'livekit-server-sdk';
import { expect, test } from 'vitest';
import { participantLeft, webhookBody } from './events.ts';
import { signWebhook, webhookHeaders } from './webhook-signing.ts';
import type { SigningOverrides } from './webhook-signing.ts';

const key = 'devkey';
const secret = 'a-secret-of-at-least-32-characters-xx';
const receiver = new WebhookReceiver(key, secret);
const body = webhookBody(
  participantLeft({ room: 'demo', participant: 'alice', reason: 'CONNECTION_TIMEOUT' }),
);

test("[FAKE-10] the SDK's receiver accepts the signature and reads the event", async () => {
  const event = await receiver.receive(body, signWebhook(body, key, secret));
  expect(event.event).toBe('participant_left');
  expect(event.participant?.identity).toBe('alice');
});

test('[FAKE-10] header and claims are those of LiveKit', () => {
  const at = Date.UTC(2026, 0, 5, 10, 0, 0, 700);
  const authorization = signWebhook(body, key, secret, { at });
  const [head, claims] = authorization.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  expect(JSON.parse(head ?? '')).toEqual({ alg: 'HS256', typ: 'JWT' });
  const nbf = Math.floor(at / 1000);
  const sha256 = createHash('sha256').update(body).digest('base64');
  expect(JSON.parse(claims ?? '')).toEqual({ iss: key, nbf, exp: nbf + 300, sha256 });
  expect(webhookHeaders(authorization)).toEqual({
    authorization,
    'content-type': 'application/webhook+json',
    'user-agent': 'Go-http-client/1.1',
  });
});

test.each<[string, SigningOverrides]>([
  ['alg none', { alg: 'none' }],
  ['another issuer', { iss: 'someone' }],
  ['expired', { expired: true }],
  ['not yet valid', { early: true }],
  ['an altered body', { altered: true }],
  ['no digest', { claims: { sha256: undefined } }],
])("[FAKE-11] %s is refused by the SDK's receiver", async (_, overrides) => {
  await expect(receiver.receive(body, signWebhook(body, key, secret, overrides))).rejects.toThrow();
});

test('[FAKE-11] HS512 is signed rightly, so that only a pinned algorithm refuses it', async () => {
  await expect(
    receiver.receive(body, signWebhook(body, key, secret, { alg: 'HS512' })),
  ).resolves.toBeDefined();
});
