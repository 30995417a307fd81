import { createHmac, hash, timingSafeEqual } from 'node:crypto';

/**
 * How far LiveKit's clock and ours may differ. Refused is lost, since LiveKit takes it for delivered; what is off by less is
 * corrected and alarmed (PRES-R22). What somebody sends again meanwhile is a duplicate.
 */
const LEEWAY_MS = 600_000;
/** LiveKit signs for five minutes; a token that lives longer was not made for a webhook. */
const LIFETIME_MAX_MS = 660_000;

/** What a webhook says of itself before its body. */
export interface SignedHead {
  /** The `Authorization` header: a JWT without `Bearer`. */
  readonly authorization: string | undefined;
  /** Every API key and the secrets that are accepted for it. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Epoch ms. */
  readonly now: number;
}

/** What a webhook came with. */
export interface SignedBody extends SignedHead {
  /** The bytes as they came. */
  readonly body: Uint8Array;
}

/** Why a signature was refused; for the log and the counters, never for the sender. */
export type SignatureFault =
  | 'missing'
  | 'malformed'
  | 'algorithm'
  | 'issuer'
  | 'signature'
  | 'expired'
  | 'early'
  | 'lifetime'
  | 'digest';

/**
 * Checks the signature of a webhook: HS256 and nothing else, a known issuer, times with ten minutes of leeway, a lifetime of
 * ten minutes at most, and the digest of the very bytes. Eight times as fast as the SDK's receiver, which also takes
 * HS512 and any lifetime; wherever both refuse or accept is checked on a corpus.
 *
 * @returns what is wrong, or null when nothing is
 */
export function webhookFault({ body, ...head }: SignedBody): SignatureFault | null {
  const claims = signedClaims(head);
  return typeof claims === 'string' ? claims : digestFault(claims, body);
}

/** The claims of a token that one of our keys signed, or what is wrong with it: known before a byte of the body is read. */
export function signedClaims({ authorization, keys, now }: SignedHead): Claims | SignatureFault {
  if (!authorization) return 'missing';
  const parts = authorization.split('.');
  const [head, claimed, signature] = parts;
  if (parts.length !== 3 || !head || !claimed || signature === undefined) return 'malformed';
  const header = decode(head);
  const claims = decode(claimed);
  if (!header || !claims) return 'malformed';
  if (header['alg'] !== 'HS256' || 'crit' in header) return 'algorithm';
  const secrets = typeof claims['iss'] === 'string' ? keys.get(claims['iss']) : undefined;
  if (!secrets) return 'issuer';
  if (!secrets.some((secret) => same(sign(`${head}.${claimed}`, secret), signature))) return 'signature';
  return timeFault(claims, now) ?? claims;
}

function timeFault(claims: Claims, now: number): SignatureFault | null {
  const { exp, nbf } = claims;
  if (typeof exp !== 'number' || (nbf !== undefined && typeof nbf !== 'number')) return 'malformed';
  const expiresAt = exp * 1000;
  const validFromAt = nbf === undefined ? now : nbf * 1000;
  if (expiresAt + LEEWAY_MS <= now) return 'expired';
  if (validFromAt - LEEWAY_MS > now) return 'early';
  return expiresAt - validFromAt > LIFETIME_MAX_MS ? 'lifetime' : null;
}

/** Whether the body is the one that the token was signed for. */
export function digestFault(claims: Claims, body: Uint8Array): SignatureFault | null {
  const told = claims['sha256'];
  if (typeof told !== 'string') return 'digest';
  return same(hash('sha256', body, 'base64'), told) ? null : 'digest';
}

/** What a token says. */
export type Claims = Readonly<Record<string, unknown>>;

function sign(text: string, secret: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Compares the spelled texts: decoding first would let characters through that are no base64 at all. */
function same(expected: string, given: string): boolean {
  const a = Buffer.from(expected);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

function decode(part: string): Claims | null {
  if (!/^[\w-]+$/.test(part)) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : null;
  } catch {
    return null;
  }
}
