import { createECDH } from 'node:crypto';
import { derivedSecret } from '../platform/index.ts';

/** By what push services know us (RFC 8292): base64url, and whom they may write to. */
export interface Vapid {
  readonly subject: string;
  readonly publicKey: string;
  readonly privateKey: string;
}

/**
 * The key pair that a server's main secret gives: the same on every node and after every restart, so that devices need not subscribe
 * anew, and one secret less to keep.
 */
export function vapidOf({ authSecret, publicUrl }: { authSecret: string; publicUrl: string }): Vapid {
  for (let n = 0; ; n += 1) {
    const secret = derivedSecret(authSecret, n === 0 ? 'vapid' : `vapid ${n}`);
    const ecdh = createECDH('prime256v1');
    try {
      ecdh.setPrivateKey(secret, 'hex');
    } catch {
      // One of four billion numbers is no key of this curve.
      continue;
    }
    return {
      subject: subjectOf(publicUrl),
      publicKey: ecdh.getPublicKey('base64url'),
      privateKey: ecdh.getPrivateKey('base64url'),
    };
  }
}

function subjectOf(publicUrl: string): string {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'https:' ? publicUrl : `mailto:webmaster@${hostname}`;
}
