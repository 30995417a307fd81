/** Somebody whom LiveKit lists in a room. */
export interface ListedParticipant {
  readonly sid: string;
  readonly identity: string;
  readonly state: string;
  /** Epoch ms, if LiveKit says it. */
  readonly joinedAt?: number;
  /** LiveKit's JSON of it (name, kind, attributes, permission), so that a missed join can be repaired whole. */
  readonly participant?: Readonly<Record<string, unknown>>;
  readonly roomSid?: string;
}

/** What LiveKit answers about a room. `unknown`: it could not tell; nothing may be concluded. */
export type RoomPoll =
  | { readonly status: 'ok'; readonly participants: readonly ListedParticipant[] }
  | { readonly status: 'unknown' };

/** A room that LiveKit has. */
export interface ListedRoom {
  readonly name: string;
  /** How many people LiveKit counts in it: late and without the hidden ones, good for a suspicion only. */
  readonly people: number;
}

/** All rooms of LiveKit. `unknown`: it could not tell. */
export type RoomsList =
  | { readonly status: 'ok'; readonly rooms: readonly ListedRoom[] }
  | { readonly status: 'unknown' };

/** What presence needs of the edges. */
export interface PresencePorts {
  /** Lists all rooms. Must not reject; a failure is `unknown`. */
  listRooms(): Promise<RoomsList>;
  /** Lists a room. A room that LiveKit does not know is an empty list. Must not reject; a failure is `unknown`. */
  pollRoom(roomName: string): Promise<RoomPoll>;
}
