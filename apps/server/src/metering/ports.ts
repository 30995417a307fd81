/** Presence, asked for what it knows and has not written down yet. */
export interface ProofSource {
  /** Writes the last proofs of these calls' people into the log. */
  flushProofs(callIds: readonly string[]): Promise<void>;
}

/** A step of the balance's end that has been reached. */
export interface LowBalance {
  readonly callId: string;
  readonly payerId: string;
  readonly meterId: string;
  readonly finalAt: Date;
  /** The step: 120, 60, 30 or 10 s before `finalAt`. */
  readonly stepMs: number;
  /** What is left, at the instant that was asked for. */
  readonly leftMs: number;
}
