import { PresenceUp } from '@latido/protocol';

/** A beat of a large room names sixteen partners; anything longer is no message of ours. */
const MESSAGE_BYTES_MAX = 16_384;
/** LiveKit's sids, and those of look-alikes. A room's may not be known yet to the browser. */
const PARTICIPANT_SID = /^[\w-]{3,64}$/;
const ROOM_SID = /^[\w-]{0,64}$/;

/** What a page says on its presence socket; null for what is no message of presence. */
export function messageOf(text: string): PresenceUp | null {
  if (text.length > MESSAGE_BYTES_MAX) return null;
  try {
    const message = PresenceUp.safeParse(JSON.parse(text));
    if (!message.success) return null;
    if (message.data.type === 'pong') return message.data;
    const { participantSid, roomSid } = message.data;
    return PARTICIPANT_SID.test(participantSid) && ROOM_SID.test(roomSid) ? message.data : null;
  } catch {
    return null;
  }
}

/** A browser's words as Postgres stores them: neither NUL nor half of a surrogate pair. */
export function storable(text: string): string {
  return Buffer.from(text).toString().replaceAll('\0', '\uFFFD');
}
