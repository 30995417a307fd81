import { randomBytes } from 'node:crypto';

/** What an id names. */
export type IdPrefix =
  | 'call'
  | 'person'
  | 'journal'
  | 'meter'
  | 'hold'
  | 'lot'
  | 'account'
  | 'key'
  | 'outbox'
  | 'plan'
  | 'fact'
  | 'request'
  | 'socket'
  | 'node'
  | 'ticket'
  | 'user';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A new id: `call_` and 26 characters of Crockford's base 32, 10 of the millisecond and 16 of chance (80 bits).
 * Time-ordered, so that rows of one time lie together in an index; nobody can guess the next one.
 */
export function newId(prefix: IdPrefix): string {
  let ms = Date.now();
  let time = '';
  for (let place = 0; place < 10; place++) {
    time = ALPHABET.charAt(ms % 32) + time;
    ms = Math.floor(ms / 32);
  }
  return `${prefix}_${time}${chance(16)}`;
}

/** So many characters of chance, five bits each. */
export function chance(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += ALPHABET.charAt(byte & 31);
  return text;
}
