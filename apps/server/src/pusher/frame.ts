import { nameForClients, type ChannelEvent } from '../realtime/index.ts';

/** One event as the protocol writes it: `data` is always a text, JSON inside JSON. */
export interface OutgoingEvent {
  readonly event: string;
  readonly channel?: string;
  /** What is not a string is written as JSON. */
  readonly data?: unknown;
  readonly user_id?: string;
}

const built = new WeakMap<ChannelEvent, Buffer>();

/** The frame of what has happened in a channel; built once for all who get it. */
export function frameOf(event: ChannelEvent): Buffer {
  const known = built.get(event);
  if (known !== undefined) return known;
  const frame = eventFrame(inPushersWords(event));
  built.set(event, frame);
  return frame;
}

function inPushersWords(said: ChannelEvent): OutgoingEvent {
  const channel = nameForClients(said.channel);
  switch (said.kind) {
    case 'event': {
      const { event, data, userId } = said;
      return { event, channel, data, ...(userId === undefined ? {} : { user_id: userId }) };
    }
    case 'member_added': {
      const { userId, userInfo } = said.member;
      return {
        event: 'pusher_internal:member_added',
        channel,
        data: { user_id: userId, user_info: userInfo },
      };
    }
    case 'member_removed':
      return { event: 'pusher_internal:member_removed', channel, data: { user_id: said.userId } };
    case 'subscription_count': {
      const data = { subscription_count: said.count };
      return { event: 'pusher_internal:subscription_count', channel, data };
    }
    case 'cache_miss':
      return { event: 'pusher:cache_miss', channel };
  }
}

/** A whole WebSocket frame for one event, to be written to any number of sockets. */
export function eventFrame({ event, channel, data, user_id }: OutgoingEvent): Buffer {
  const text = data === undefined || typeof data === 'string' ? data : JSON.stringify(data);
  return textFrame(JSON.stringify({ event, channel, data: text, user_id }));
}

/**
 * `pusher:error` carries its data as an object, as Pusher's own servers send it. Without a code (null) it is about one
 * subscription: some clients end their connection by any code below 4300.
 */
export function errorFrame(code: number | null, message: string): Buffer {
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
