import { createHash, timingSafeEqual } from 'node:crypto';
import { chance } from '../platform/index.ts';

/** What the secret opens: `lat`, an API key; `lct`, a client token. */
export type SecretKind = 'lat' | 'lct';

/** A secret as it is given out, this once, and what is kept of it: 160 random bits need no salt. */
export interface NewSecret {
  /** `lat_<prefix>_<160 random bits>` */
  readonly secret: string;
  /** By which its row is found, with one indexed read. */
  readonly prefix: string;
  readonly hash: string;
}

/** Makes a secret. */
export function newSecret(kind: SecretKind): NewSecret {
  const prefix = chance(10);
  const secret = `${kind}_${prefix}_${chance(32)}`;
  return { secret, prefix, hash: hashOf(secret) };
}

/** Whether a bearer claims to be of this kind. */
export const isOfKind = (kind: SecretKind, bearer: string): boolean => bearer.startsWith(`${kind}_`);

/** The prefix of a secret of this kind; null when it has not the form of one. */
export function prefixOf(kind: SecretKind, secret: string): string | null {
  const match = /^([a-z]+)_([0-9a-z]{10})_[0-9a-z]{32}$/.exec(secret);
  return match?.[1] === kind ? (match[2] ?? null) : null;
}

/** Whether what is kept is of this secret. */
export function isKept(hash: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(secret)));
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
