import { ECDH } from 'node:crypto';
import { problem } from '../platform/index.ts';

/** Bytes of the secret that a device shares with us (RFC 8291). */
const AUTH_BYTES = 16;

/**
 * Refuses keys that nothing can be encrypted with: not each time that something is to be sent, but when they are given.
 *
 * @throws AppError `request.invalid`
 */
export function checkKeys({ p256dh, auth }: { p256dh: string; auth: string }): void {
  if (Buffer.from(auth, 'base64url').length !== AUTH_BYTES)
    throw problem('request.invalid', 'keys.auth is no secret of 16 bytes in base64url.');
  try {
    ECDH.convertKey(p256dh, 'prime256v1', 'base64url', 'hex', 'uncompressed');
  } catch {
    throw problem('request.invalid', 'keys.p256dh is no public key of P-256 in base64url.');
  }
}
