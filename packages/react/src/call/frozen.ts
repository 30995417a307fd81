import type { MediaState } from '@latido/client';

/** Whose picture and sound do not arrive, by the server's word, by identity. */
export type FrozenMedia = ReadonlyMap<string, MediaState>;

/** With a newer word; somebody whose media arrives is not among them. */
export function withMedia(frozen: FrozenMedia, word: MediaState): FrozenMedia {
  const next = new Map(frozen);
  if (word.arrives) next.delete(word.identity);
  else next.set(word.identity, word);
  return next;
}

/** Without what was said of a connection that another one of the same identity has replaced. */
export function withoutReplaced(frozen: FrozenMedia, now: { identity: string; participantSid: string }) {
  const word = frozen.get(now.identity);
  if (word === undefined || word.participantSid === now.participantSid) return frozen;
  const next = new Map(frozen);
  next.delete(now.identity);
  return next;
}

/** What a page says of it: whose media does not arrive, and whether the meter rests for it. */
export interface Frozen {
  readonly whose: 'me' | 'partner';
  readonly paused: boolean;
}

/** The one thing to say: where a line is dead nothing arrives either way, and the side that says so itself is the cause. */
export function frozenOf(frozen: FrozenMedia, identity: string | null): Frozen | null {
  const words = [...frozen.values()];
  const word =
    words.find(({ paused }) => paused) ?? words.find((one) => one.identity !== identity) ?? words[0];
  if (word === undefined) return null;
  return { whose: word.identity === identity ? 'me' : 'partner', paused: word.paused };
}
