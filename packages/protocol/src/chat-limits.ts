// Without schemas, so that a page that only writes does not load zod.

/** Characters of a message, at most. */
export const MESSAGE_MAX = 4_000;

/** Bytes of a file in a chat, at most. */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;

/** Files of one message, at most. */
export const FILES_MAX = 10;
