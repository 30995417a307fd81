import { randomFillSync } from 'node:crypto';

/** What an id names. */
export type IdPrefix =
  | 'call'
  | 'file'
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
  | 'token'
  | 'notice'
  | 'debtor'
  | 'credit'
  | 'payment'
  | 'topup'
  | 'payout'
  | 'refund'
  | 'assignment'
  | 'visit'
  | 'import'
  | 'offer'
  | 'report'
  | 'push'
  | 'booking'
  | 'offering'
  | 'entry'
  | 'recording'
  | 'test'
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

/** Bytes of chance in stock: asking for them costs the same for many as for few, and every request has an id. */
const stock = new Uint8Array(4_096);
let taken = stock.length;

/** So many characters of chance, five bits each. */
export function chance(length: number): string {
  let text = '';
  for (let n = 0; n < length; n += 1) text += ALPHABET.charAt(nextByte() & 31);
  return text;
}

function nextByte(): number {
  if (taken === stock.length) {
    randomFillSync(stock);
    taken = 0;
  }
  const byte = stock[taken] ?? 0;
  // What was given away once is known: it is kept nowhere.
  stock[taken] = 0;
  taken += 1;
  return byte;
}
