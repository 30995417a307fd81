/**
 * The code with which a presence socket is closed, by either side, because another one speaks for the same participant: it
 * says nothing of whether they are there.
 */
export const SOCKET_REPLACED = 4000;
