/** How long the connection waits for what, in milliseconds. */
export interface Timing {
  /** Without a frame for this long a socket is dead; half of it in, it is asked for a sign of life. */
  readonly quietMs: number;
  /** Polls without a socket. Short enough that a partner who left is told in three seconds. */
  readonly pollEveryMs: number;
  /** A stream without a word for this long is dead; the server says one each 15 s. */
  readonly streamQuietMs: number;
  /** A long poll that is answered with nothing sooner than this is not held by who answers. */
  readonly heldMs: number;
  /** While polling, a socket is tried again this often. */
  readonly retryMs: number;
  /** The same, and at most, while a socket was up a moment ago: shorter, since the server is likely on its way back. */
  readonly soonMs: number;
  /** Scales the pauses between attempts (see `backoffMs`). */
  readonly backoffScale: number;
  /** Acknowledgements of this long are sent as one. */
  readonly ackMs: number;
}

/** The timing that pages use. */
export const TIMING: Timing = {
  quietMs: 10_000,
  pollEveryMs: 2_000,
  streamQuietMs: 20_000,
  heldMs: 5_000,
  retryMs: 60_000,
  soonMs: 3_000,
  backoffScale: 1,
  ackMs: 250,
};

/** Failed opens in a row after which polling begins. */
export const OPENS_BEFORE_POLLING = 2;

/** How often a socket is tried soon after one was lost, before it is tried every minute only. */
export const SOON_TRIES = 20;
