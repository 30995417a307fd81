// Without schemas, so that an editor does not load zod.

/** Where editors of notes connect, with `?ticket=`. */
export const NOTES_PATH = '/notes';

/**
 * Codes with which the socket of an editor is closed. `closed`: no longer of the session; `signed_out`; `invalid`: no update;
 * `too_large`: the change or the page; `too_fast`; `away`: it could not be stored now. 1009 is a frame of more than 1 MB.
 */
export const NOTES_CLOSE = {
  /** Whether they may write is another thing now: an editor learns it as it comes in again, at once. */
  may_write: 4205,
  invalid: 4400,
  signed_out: 4401,
  closed: 4403,
  too_large: 4413,
  too_fast: 4429,
  away: 4503,
} as const;
