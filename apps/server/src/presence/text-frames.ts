/** First byte of a text frame that is a whole message (RFC 6455, 5.2). */
const WHOLE_TEXT = 0x81;
const LENGTH_IN_TWO_BYTES = 126;
const LENGTH_MOST = 0xffff;

/**
 * Messages of a WebSocket as one buffer, unmasked as a server sends them: one write instead of two for each.
 * @throws RangeError for a message over 64 KB, of which presence has none
 */
export function textFrames(messages: readonly string[]): Buffer {
  const lengths = messages.map((message) => Buffer.byteLength(message));
  const heads = lengths.map((length) => (length < LENGTH_IN_TWO_BYTES ? 2 : 4));
  const frames = Buffer.allocUnsafe(lengths.reduce((sum, length, n) => sum + length + (heads[n] ?? 0), 0));
  let at = 0;
  for (const [n, message] of messages.entries()) {
    const length = lengths[n] ?? 0;
    if (length > LENGTH_MOST) throw new RangeError('a message of presence is longer than a frame of 64 KB');
    at = frames.writeUInt8(WHOLE_TEXT, at);
    if (length < LENGTH_IN_TWO_BYTES) at = frames.writeUInt8(length, at);
    else at = frames.writeUInt16BE(length, frames.writeUInt8(LENGTH_IN_TWO_BYTES, at));
    at += frames.write(message, at);
  }
  return frames;
}
