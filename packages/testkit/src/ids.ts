import { createHash, randomBytes } from 'node:crypto';

/** LiveKit's own alphabet for ids: no characters that look alike. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';

/** Prefixes of LiveKit's ids: event, room, participant, track, node. */
export type IdPrefix = 'EV_' | 'RM_' | 'PA_' | 'TR_' | 'ND_';

/** A fresh id of LiveKit's shape, e.g. `PA_kYcVnW2tq4Zp`. */
export function newId(prefix: IdPrefix): string {
  return prefix + spell(randomBytes(12));
}

/** The same id for the same seed, so that two events of one person agree without being told the sid. */
export function idOf(prefix: IdPrefix, seed: string): string {
  return prefix + spell(createHash('sha256').update(prefix).update(seed).digest().subarray(0, 12));
}

function spell(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += ALPHABET[byte % ALPHABET.length];
  return text;
}
