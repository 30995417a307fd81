/** How long its author may change a message or take it back (CHAT-8). */
export const CHANGE_WITHIN_MS = 300_000;

/** Kinds of reactions of one person to one message, at most (CHAT-9). */
export const REACTIONS_OF_ONE_MAX = 6;

/** What somebody wants to change. */
export interface Written {
  readonly personId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly isDeleted: boolean;
}

/** Why a message is not changed by somebody; null where it is (CHAT-8). */
export function whyUnchanged(
  { personId, at, isDeleted }: Written,
  { by, now }: { by: string; now: number },
): 'not_yours' | 'deleted' | 'late' | null {
  if (personId !== by) return 'not_yours';
  if (isDeleted) return 'deleted';
  return now - at > CHANGE_WITHIN_MS ? 'late' : null;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** A picture, a flag, or a digit in a box; what joins and colours them is within. */
const PICTURE = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\u{FE0F}?\u{20E3})/u;
const EMOJI_MAX = 40;

/** Whether this is one emoji and nothing else (CHAT-9). */
export function isEmoji(text: string): boolean {
  return text.length <= EMOJI_MAX && PICTURE.test(text) && [...graphemes.segment(text)].length === 1;
}
