import { z } from 'zod';

/** Longest name of a channel, and of an event 200. */
export const CHANNEL_NAME_MAX = 164;
/** Longest name of an event. */
export const EVENT_NAME_MAX = 200;
/** Largest `data` of an event, in bytes. */
export const EVENT_DATA_BYTES_MAX = 10 * 1024;
/** Largest frame that a client may send, in bytes. */
export const FRAME_BYTES_MAX = 64 * 1024;
/** Most channels one event may go to, and most events of a batch. */
export const CHANNELS_MAX = 100;
/** Client events that one connection may send in a second. */
export const CLIENT_EVENTS_PER_SECOND = 10;

/** What a team's own backend may be told of its channels. */
export const WEBHOOK_EVENTS = [
  'channel_occupied',
  'channel_vacated',
  'member_added',
  'member_removed',
  'client_event',
  'cache_miss',
  'subscription_count',
] as const;

/** Codes of the Pusher protocol. 40xx: give up; 41xx: come back after a second; 42xx: at once; 43xx: never a close. */
export const PUSHER_CODES = {
  unknownApp: 4001,
  unsupportedVersion: 4007,
  noVersion: 4008,
  unauthorized: 4009,
  overloaded: 4100,
  comeBack: 4100,
  noPong: 4201,
  invalidFrame: 4300,
  clientEventRefused: 4301,
} as const;

/** What may be left out; clients of many languages write null for that. */
function mayLack<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((given) => given ?? undefined);
}

/** A frame as a client may send it; `data` is an object or, from some clients, its JSON text. */
export const PusherUp = z.object({
  event: z.string().min(1).max(EVENT_NAME_MAX),
  channel: mayLack(z.string().max(CHANNEL_NAME_MAX)),
  data: z.unknown().optional(),
});
export type PusherUp = z.infer<typeof PusherUp>;

/** `data` of `pusher:subscribe`. */
export const PusherSubscribe = z.object({
  channel: z.string().min(1).max(400),
  auth: mayLack(z.string().max(400)),
  channel_data: mayLack(z.string().max(EVENT_DATA_BYTES_MAX)),
});

/** `data` of `pusher:signin`. */
export const PusherSignin = z.object({
  auth: z.string().max(400),
  user_data: z.string().max(EVENT_DATA_BYTES_MAX),
});

/** Body of `POST /broadcasting/auth` and `/pusher/auth`, form-encoded or JSON. */
export const ChannelAuthRequest = z.object({
  socket_id: z.string().regex(/^\d+\.\d+$/),
  channel_name: z.string().min(1).max(CHANNEL_NAME_MAX),
  /** For `private-inbox-…`: the last cursor that was dealt with, or empty for what is not acknowledged. */
  after: z.string().max(100).nullish(),
});

/** Answer of those routes. */
export const ChannelAuth = z.object({
  auth: z.string(),
  channel_data: z.string().optional(),
  /** Of an encrypted channel: what its events are decrypted with. */
  shared_secret: z.string().optional(),
});
export type ChannelAuth = z.infer<typeof ChannelAuth>;

/** `GET /api/v1/realtime`: what a page needs to open `/app/{key}`. */
export const RealtimeApp = z.object({ key: z.string() });
export type RealtimeApp = z.infer<typeof RealtimeApp>;

/** Body of `POST /pusher/user-auth`. */
export const UserAuthRequest = z.object({ socket_id: z.string().regex(/^\d+\.\d+$/) });

const socketId = mayLack(z.string().regex(/^\d+\.\d+$/));
const eventName = z
  .string()
  .min(1)
  .max(EVENT_NAME_MAX)
  .refine((name) => !/^pusher(_internal)?:/.test(name), {
    message: 'names that begin with pusher: or pusher_internal: are the protocol’s own',
  });
const channelName = z.string().min(1).max(CHANNEL_NAME_MAX);

/** Body of `POST /apps/{id}/events`. */
export const ServerEvent = z
  .object({
    name: eventName,
    data: z.string(),
    channel: mayLack(channelName),
    channels: mayLack(z.array(channelName).max(CHANNELS_MAX)),
    socket_id: socketId,
    info: mayLack(z.string()),
  })
  .refine(({ channel, channels }) => channel !== undefined || channels !== undefined, {
    message: 'name a channel, or channels',
  })
  .refine(({ channels = [] }) => channels.length < 2 || !channels.some(isEncryptedName), {
    message: 'an event for an encrypted channel goes to that one only: each has a secret of its own',
  });

function isEncryptedName(name: string): boolean {
  return name.startsWith('private-encrypted-');
}

/** Body of `POST /apps/{id}/batch_events`. */
export const ServerBatch = z.object({
  batch: z
    .array(
      z.object({
        name: eventName,
        data: z.string(),
        channel: channelName,
        socket_id: socketId,
        info: mayLack(z.string()),
      }),
    )
    .max(CHANNELS_MAX),
});
