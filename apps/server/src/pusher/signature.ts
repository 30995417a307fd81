import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Key and secret of the Pusher-protocol app. */
export interface AppKey {
  readonly key: string;
  readonly secret: string;
}

/** How far the clock of a server that sends events may be off. */
export const HTTP_SIGNATURE_LIFETIME_MS = 600_000;

/**
 * `auth` of a subscribe: the key, and the signature of `socket_id:channel[:channel_data]`. The channel data is part of
 * it whenever it is sent, on private channels too.
 */
export function signChannel(
  app: AppKey,
  subscribe: { socketId: string; channel: string; channelData?: string | undefined },
): string {
  const { socketId, channel, channelData } = subscribe;
  const text = [socketId, channel, ...(channelData === undefined ? [] : [channelData])].join(':');
  return `${app.key}:${hmac(app.secret, text)}`;
}

/** `auth` of a sign-in on a socket. */
export function signUser(
  app: AppKey,
  { socketId, userData }: { socketId: string; userData: string },
): string {
  return `${app.key}:${hmac(app.secret, `${socketId}::user::${userData}`)}`;
}

/** Signature of what is posted to a team's own backend. */
export function signBody(app: AppKey, body: string): string {
  return hmac(app.secret, body);
}

/** Compares in a time that tells nothing about where two texts differ. */
export function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** A signed request to the HTTP API. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** As it came; empty for GET. */
  readonly body: string;
}

/** What is wrong with a request's signature, in words; null when it is good. */
export function faultOfRequest(app: AppKey, request: SignedRequest, now: number): string | null {
  const { auth_signature: signature = '', ...signed } = request.query;
  if (signed['auth_key'] !== app.key) return 'auth_key is not the key of this app.';
  if (signed['auth_version'] !== '1.0') return 'auth_version is not 1.0.';
  const sentAt = Number(signed['auth_timestamp']) * 1000;
  if (!(Math.abs(now - sentAt) <= HTTP_SIGNATURE_LIFETIME_MS)) {
    return 'auth_timestamp is more than 600 s away from our clock.';
  }
  if (request.body !== '' && signed['body_md5'] !== md5(request.body))
    return 'body_md5 does not fit the body.';
  return sameText(signature, signRequest(app, { ...request, query: signed }))
    ? null
    : 'auth_signature does not fit. It signs "METHOD\\npath\\nsorted query".';
}

/** Signature of a request to the HTTP API: `METHOD\npath\nsorted query`. */
export function signRequest(app: AppKey, { method, path, query }: Omit<SignedRequest, 'body'>): string {
  const sorted = Object.entries(query)
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
  return hmac(app.secret, `${method.toUpperCase()}\n${path}\n${sorted}`);
}

/** As `body_md5` has it. Not for security: the signature covers it. */
export function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

/** The secret of an encrypted channel, as every Pusher library makes it of the app's master key (base64). */
export function channelSecret(masterKey: string, channel: string): string {
  return createHash('sha256').update(channel).update(Buffer.from(masterKey, 'base64')).digest('base64');
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}
