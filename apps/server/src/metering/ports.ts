/** Presence, asked for what it knows and has not written down yet. */
export interface ProofSource {
  /** Writes the last proofs of these calls' people into the log, on every node that lives, however slow it is. */
  flushProofs(callIds: readonly string[]): Promise<void>;
  /**
   * Writes, of calls with a due unit, the proofs of those people whose proof reaches its instant (epoch ms), where
   * `steadyProofs` and the log have them: what ends before it charges nothing. Gives the calls that may reach it now.
   */
  flushReaching(due: ReadonlyMap<string, number>): Promise<string[]>;
  /** Writes what the table of last proofs has of these calls into the log, and waits for no other node. */
  adoptProofs(callIds: readonly string[]): Promise<void>;
  /**
   * Calls whose people LiveKit alone witnesses, and has not since our start or since it was away, and those that such people have
   * left since units were laid (`laidTo`: up to where in the log they are); null: it may be any.
   */
  unwitnessed(laidTo: () => Promise<bigint>): Promise<readonly string[] | null>;
}

/** Who closes a room of LiveKit. */
export interface RoomCloser {
  /** One that is not there is closed. Rejects when LiveKit cannot be reached. */
  deleteRoom(roomName: string): Promise<void>;
}
