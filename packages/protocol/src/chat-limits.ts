// Without schemas, so that a page that only writes does not load zod.

/** Characters of a message, at most. */
export const MESSAGE_MAX = 4_000;
