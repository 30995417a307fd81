/**
 * A pause shorter than this is one visit with a reconnect. A browser that crashed and was opened again, a phone
 * that changed its network and a grace of 45 s all lie below a minute; whoever is away longer has left and come back.
 */
export const MERGE_WINDOW_MS = 60_000;
