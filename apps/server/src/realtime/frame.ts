/** One event as the protocol writes it: `data` is always a text, JSON inside JSON. */
export interface OutgoingEvent {
  readonly event: string;
  readonly channel?: string;
  /** What is not a string is written as JSON. */
  readonly data?: unknown;
  readonly user_id?: string;
}

/** A whole WebSocket frame for one event, to be written to any number of sockets. */
export function eventFrame({ event, channel, data, user_id }: OutgoingEvent): Buffer {
  const text = data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
  return textFrame(JSON.stringify({ event, channel, data: text, user_id }));
}

/** `pusher:error` carries its data as an object, as Pusher's own servers send it. */
export function errorFrame(code: number, message: string): Buffer {
  return textFrame(JSON.stringify({ event: 'pusher:error', data: { code, message } }));
}

/** An unmasked, final text frame (RFC 6455 §5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = 0x81;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header);
  return frame;
}
