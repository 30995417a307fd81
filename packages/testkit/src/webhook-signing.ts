import { createHash, createHmac } from 'node:crypto';

/** What LiveKit sends as the content type of a webhook. */
export const WEBHOOK_CONTENT_TYPE = 'application/webhook+json';

/** What LiveKit's HTTP client calls itself. */
export const WEBHOOK_USER_AGENT = 'Go-http-client/1.1';

/** LiveKit signs each webhook for five minutes. */
export const WEBHOOK_LIFETIME_MS = 300_000;

/** Departures from LiveKit's signature, for tests of a verifier. */
export interface SigningOverrides {
  /** Moment of signing, epoch ms; default now. */
  at?: number;
  /** Default HS256, the only one LiveKit uses. */
  alg?: 'HS256' | 'HS384' | 'HS512' | 'none';
  /** Another issuer than the key. */
  iss?: string;
  /** Signed so long ago that it is over, beyond any tolerance. */
  expired?: boolean;
  /** Not valid before an hour from now. */
  early?: boolean;
  /** The digest of another body, as if the body had been changed on its way. */
  altered?: boolean;
  /** Claims that are added or (undefined) taken away. */
  claims?: Record<string, unknown>;
}

const DIGESTS = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const;

// oxlint-disable max-params -- reads like the sentence: sign this body, by this key and secret.
/**
 * The `Authorization` header of a webhook exactly as LiveKit makes it: a JWT without `Bearer`, HS256 with the API
 * secret, claims `iss`, `nbf`, `exp` (+5 min) and `sha256` (base64 of the digest of the raw body).
 */
export function signWebhook(
  body: string | Uint8Array,
  key: string,
  secret: string,
  overrides: SigningOverrides = {},
): string {
  const alg = overrides.alg ?? 'HS256';
  const at = Math.floor((overrides.at ?? Date.now()) / 1000);
  const shift = overrides.expired ? -86_400 : overrides.early ? 3_600 : 0;
  const digest = createHash('sha256').update(body);
  if (overrides.altered) digest.update(' ');
  const claims = {
    exp: at + shift + WEBHOOK_LIFETIME_MS / 1000,
    iss: overrides.iss ?? key,
    nbf: at + shift,
    sha256: digest.digest('base64'),
    ...overrides.claims,
  };
  const text = `${encode({ alg, typ: 'JWT' })}.${encode(claims)}`;
  if (alg === 'none') return `${text}.`;
  return `${text}.${createHmac(DIGESTS[alg], secret).update(text).digest('base64url')}`;
}

/** All headers of LiveKit's request for this body. */
export function webhookHeaders(authorization: string): Record<string, string> {
  return { authorization, 'content-type': WEBHOOK_CONTENT_TYPE, 'user-agent': WEBHOOK_USER_AGENT };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
