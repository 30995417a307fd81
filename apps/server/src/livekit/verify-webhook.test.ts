import { createHmac, createSign, generateKeyPairSync } from 'node:crypto';
import { participantJoined, signWebhook, webhookBody } from '@latido/testkit';
import { WebhookReceiver } from 'livekit-server-sdk';
import { describe, expect, it } from 'vitest';
import type { SignatureFault } from './verify-webhook.ts';
import { webhookFault } from './verify-webhook.ts';

const KEY = 'devkey';
const SECRET = 'a-secret-of-at-least-32-characters-xx';
const OTHER = 'another-secret-of-32-characters-yyyy';
const body = webhookBody(participantJoined({ room: 'a room', participant: 'alice' }));
const keys = new Map([
  [KEY, ['an-older-secret-of-32-characters-zz', SECRET]],
  ['second', [OTHER]],
]);
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function fault(authorization: string | undefined, text: string | Buffer = body): SignatureFault | null {
  return webhookFault({ authorization, body: Buffer.from(text), keys, now: Date.now() });
}

async function sdkTakes(authorization: string, text = body): Promise<boolean> {
  try {
    await new WebhookReceiver(KEY, SECRET).receive(text, authorization, false, 60);
    return true;
  } catch {
    return false;
  }
}

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}

function hs256(header: unknown, claims: unknown, secret = SECRET): string {
  const text = `${b64(header)}.${b64(claims)}`;
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}

function rs256(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = `${b64({ alg: 'RS256', typ: 'JWT' })}.${good.split('.')[1]}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`;
}

const good = signWebhook(body, KEY, SECRET);
const claims = claimsOf(good);
const header = { alg: 'HS256', typ: 'JWT' };
const now = Math.floor(Date.now() / 1000);
const urlDigest = String(claims['sha256']).replaceAll('+', '-').replaceAll('/', '_').replace('=', '');

describe('the signature of a webhook, beside the SDK', () => {
  it.each<[string, string, SignatureFault | null]>([
    ['as LiveKit signs', good, null],
    [
      'a minute of difference between the clocks, behind',
      signWebhook(body, KEY, SECRET, { at: Date.now() - 350_000 }),
      null,
    ],
    ['a minute of difference, ahead', signWebhook(body, KEY, SECRET, { at: Date.now() + 50_000 }), null],
    ['no nbf', hs256(header, { ...claims, nbf: undefined }), null],
    ['alg none', signWebhook(body, KEY, SECRET, { alg: 'none' }), 'algorithm'],
    [
      'alg none with a signature',
      `${b64({ alg: 'none' })}.${good.split('.').slice(1).join('.')}`,
      'algorithm',
    ],
    ['HS384 said, HS256 made', hs256({ alg: 'HS384' }, claims), 'algorithm'],
    ['RS256', rs256(), 'algorithm'],
    ['a critical extension', hs256({ ...header, crit: ['b64'], b64: false }, claims), 'algorithm'],
    ['another secret', signWebhook(body, KEY, OTHER), 'signature'],
    ['another issuer', signWebhook(body, KEY, SECRET, { iss: 'nobody' }), 'issuer'],
    ['no issuer', hs256(header, { ...claims, iss: undefined }), 'issuer'],
    ['expired', signWebhook(body, KEY, SECRET, { expired: true }), 'expired'],
    ['not valid yet', signWebhook(body, KEY, SECRET, { early: true }), 'early'],
    ['no exp', hs256(header, { ...claims, exp: undefined }), 'malformed'],
    ['exp as text', hs256(header, { ...claims, exp: String(claims['exp']) }), 'malformed'],
    ['another body', signWebhook(body, KEY, SECRET, { altered: true }), 'digest'],
    ['no digest', signWebhook(body, KEY, SECRET, { claims: { sha256: undefined } }), 'digest'],
    ['the digest in base64url', hs256(header, { ...claims, sha256: `${urlDigest}x` }), 'digest'],
    ['a digest that is no text', hs256(header, { ...claims, sha256: 7 }), 'digest'],
    ['claims that are no object', `${b64(header)}.${b64([1])}.x`, 'malformed'],
    ['Bearer before it', `Bearer ${good}`, 'malformed'],
    ['the signature cut', good.slice(0, -3), 'signature'],
    ['no signature', good.split('.').slice(0, 2).join('.'), 'malformed'],
    ['four parts', `${good}.x`, 'malformed'],
    ['garbage', 'garbage', 'malformed'],
    ['dots', '..', 'malformed'],
  ])('[WEBHOOK-1] %s', async (_title, token, expected) => {
    expect(fault(token)).toBe(expected);
    expect(await sdkTakes(token)).toBe(expected === null);
  });

  it.each<[string, string, SignatureFault]>([
    ['HS512', signWebhook(body, KEY, SECRET, { alg: 'HS512' }), 'algorithm'],
    ['a lifetime of a day', hs256(header, { ...claims, exp: now + 86_400 }), 'lifetime'],
    ['padding behind the signature', `${good}=`, 'signature'],
  ])('[WEBHOOK-2] the SDK takes %s, we do not', async (_title, token, expected) => {
    expect(fault(token)).toBe(expected);
    expect(await sdkTakes(token)).toBe(true);
  });

  it.each<[string, number, SignatureFault | null]>([
    ['nine minutes behind', -540_000, null],
    ['nine minutes ahead', 540_000, null],
    ['sixteen minutes behind', -960_000, 'expired'],
    ['eleven minutes ahead', 660_000, 'early'],
  ])(
    '[PRES-R22] a clock %s: what could be put right is not refused, since refused is lost',
    (_name, ms, expected) => {
      expect(fault(signWebhook(body, KEY, SECRET, { at: Date.now() + ms }))).toBe(expected);
    },
  );

  it('[WEBHOOK-3] every secret of every key is accepted, and a key is never taken for another', () => {
    expect(fault(signWebhook(body, KEY, 'an-older-secret-of-32-characters-zz'))).toBeNull();
    expect(fault(signWebhook(body, 'second', OTHER))).toBeNull();
    expect(fault(signWebhook(body, 'second', SECRET))).toBe('signature');
    expect(fault(undefined)).toBe('missing');
    expect(fault('')).toBe('missing');
  });

  it('[WEBHOOK-4] the digest is of the very bytes, also where they are no text', () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
    expect(fault(signWebhook(bytes, KEY, SECRET), bytes)).toBeNull();
    expect(fault(good, `${body}\n`)).toBe('digest');
  });
});
