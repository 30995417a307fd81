import { createDecoder, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { isUpdate } from './yjs.ts';

/** Kinds of Hocuspocus' messages that a browser may send. */
const SYNC = 0;
const SYNC_REPLY = 4;
const TAKEN: ReadonlySet<number> = new Set([SYNC, 1, 2, 3, SYNC_REPLY, 7]);
/** A ping or pong is one byte. */
const PING = 9;
/** Kinds within a sync: the first is a question, the others bring an update. */
const ASKS = 0;

/** Whether a frame is one that an editor sends; judged before anything is done with it (NOTES-9). */
export function isFrame(frame: Uint8Array): boolean {
  if (frame.byteLength === 1) return frame[0] === PING || frame[0] === PING + 1;
  try {
    const decoder = createDecoder(frame);
    readVarString(decoder);
    const kind = readVarUint(decoder);
    if (!TAKEN.has(kind)) return false;
    if (kind !== SYNC && kind !== SYNC_REPLY) return true;
    const step = readVarUint(decoder);
    const body = readVarUint8Array(decoder);
    return step === ASKS || (step <= 2 && isUpdate(body));
  } catch {
    return false;
  }
}
