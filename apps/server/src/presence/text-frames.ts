/** First byte of a text frame that is a whole message (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_MOST = 0xffff;
const HEAD_MOST = 4;

/**
 * Messages of a WebSocket as one buffer, unmasked as a server sends them: one write instead of two for each.
 * @throws RangeError for a message over 64 KB, of which presence has none
 */
export function textFrames(messages: readonly string[]): Buffer {
  let size = 0;
  for (const message of messages) size += Buffer.byteLength(message) + HEAD_MOST;
  const frames = Buffer.allocUnsafe(size);
  let at = 0;
  for (const message of messages) {
    const length = Buffer.byteLength(message);
    if (length > LENGTH_MOST) throw new RangeError('a message of presence is longer than a frame of 64 KB');
    at = frames.writeUInt8(WHOLE_TEXT, at);
    if (length < LENGTH_IN_TWO_BYTES) at = frames.writeUInt8(length, at);
    else at = frames.writeUInt16BE(length, frames.writeUInt8(LENGTH_IN_TWO_BYTES, at));
    at += frames.write(message, at);
  }
  return frames.subarray(0, at);
}
