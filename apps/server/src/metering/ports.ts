/** Presence, asked for what it knows and has not written down yet. */
export interface ProofSource {
  /** Writes the last proofs of these calls' people into the log. */
  flushProofs(callIds: readonly string[]): Promise<void>;
  /** Calls whose people LiveKit alone witnesses, and has not since our start or since it was away; null: it may be any. */
  unwitnessed(): readonly string[] | null;
}
