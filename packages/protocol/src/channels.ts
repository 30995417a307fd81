// Without schemas, so that a page that only needs the names does not load zod.

/** Names of channels that belong to one thing or person. */
export const channelOf = {
  /** The person's notices, event name = type of the notice, data = `Notice`. */
  inbox: (personId: string): string => `private-inbox-${personId}`,
  /** What only this person may see and nobody needs tomorrow, e.g. `call.state`. */
  user: (personId: string): string => `private-user-${personId}`,
  call: (callId: string): string => `private-call-${callId}`,
  callPresence: (callId: string): string => `presence-call-${callId}`,
} as const;

/**
 * Event on `private-user-{person}` whenever a call of theirs has changed; data is `CallState` as they may see it. It is the
 * whole state: draw it instead of the last one.
 */
export const CALL_STATE = 'call.state';
/** Event on `private-user-{person}` when an offer, a connection or a place in line changes; data is `MatchingState` without the token. */
export const MATCHING_STATE = 'matching.state';
/** How rooms begin that matching makes: such a call is offered by it, and rings nowhere. */
export const MATCH_ROOM = 'match-';
/** How rooms begin that are made as one person calls another. */
export const CALL_ROOM = 'call-';
/** How rooms of booked sessions begin: such a call has a page and a door of its own, and rings nowhere. */
export const SESSION_ROOM = 'session-';
/** Event on `private-user-{person}` of who waits in a lobby: their place, or what was decided; data is `{bookingId, place: LobbyPlace}`. */
export const LOBBY_STATE = 'lobby.state';
/** Event on `private-user-{person}` of the host: the lobby is another one; data is `{bookingId}`. Read it anew. */
export const LOBBY_CHANGED = 'lobby.changed';
/** Event on `presence-call-{id}` of a session: its lock, its hosts or its hands are others; data is `{bookingId, room: SessionRoom}`, the whole of it. */
export const ROOM_CHANGED = 'session.room';
/** Event on `private-user-{person}`: a host of a session turned their microphone or camera off; data is `{bookingId, source, byName}`. */
export const TURNED_OFF = 'session.turned_off';
/** Event on `private-user-{person}`: a session of theirs has changed; data is `{bookingId}`. Read it anew. */
export const BOOKING_CHANGED = 'booking.changed';
/** Event on `presence-call-{id}`: somebody has written; data is `ChatMessage` and `changes`, the number of this change. Whoever misses one asks for those after the last `seq`. */
export const CHAT_MESSAGE = 'chat.message';
/** Event on `presence-call-{id}`: somebody types; data is `{callId, personId, name}`, by the server's word. Stored nowhere; it holds for six seconds. */
export const CHAT_TYPING = 'chat.typing';
/** Event on `presence-call-{id}`: a message was changed, taken back or reacted to; data is `{callId, seq, changes}`. Ask for what has changed. */
export const CHAT_CHANGED = 'chat.changed';
/** Event on `presence-call-{id}`: a recording of the call is asked for, answered, begins or is over; data is `{callId}`. Read the list anew. */
export const RECORDING_CHANGED = 'recording.changed';
/** Event on `private-call-{id}`: something has changed, data is `{callId}`; each person's view comes as `call.state`. */
export const CALL_CHANGED = 'call.changed';
/**
 * Event on `private-inbox-{person}` when a cursor cannot be continued (too old, or of another numbering): notices may be
 * missing. Read the person's calls again and go on from the `cursor` that it carries.
 */
export const INBOX_RESET = 'inbox.reset';
/** Event on `private-user-{person}` whenever it has changed how many notices they have not read; data is `{unread}`. */
export const INBOX_UNREAD = 'inbox.unread';
/** Event on `private-inbox-{person}`: the notice of the `cursor` that it carries was taken back by its sender. Show it no more. */
export const NOTICE_WITHDRAWN = 'notice.withdrawn';
/** Client event by which a socket acknowledges: `data` is `{"cursor": …}`. */
export const INBOX_ACK = 'client-inbox-ack';
