import { z } from 'zod';

/** Answer of `GET /api/v1/push/key`: give it to the browser as `applicationServerKey`. */
export const PushKey = z.object({ key: z.string() });
export type PushKey = z.infer<typeof PushKey>;

/** Body of `POST /api/v1/push/subscriptions`: what a browser's `PushSubscription.toJSON()` gives. */
export const NewPushSubscription = z.object({
  endpoint: z.url().max(1_000),
  keys: z.object({
    /** The device's public key, and a secret that it shares with us: base64url. */
    p256dh: z.string().max(100),
    auth: z.string().max(40),
  }),
});
export type NewPushSubscription = z.infer<typeof NewPushSubscription>;

/** A device that is told by push. Its endpoint is shown to nobody. */
export const PushDevice = z.object({
  id: z.string(),
  /** Browser and system, as it calls itself. */
  device: z.string(),
  createdAt: z.iso.datetime(),
  /** When something was last sent to it; null: never. */
  sentAt: z.iso.datetime().nullable(),
});
export type PushDevice = z.infer<typeof PushDevice>;

/** Answer of `GET /api/v1/push/subscriptions`. */
export const PushDevices = z.object({ items: z.array(PushDevice) });
export type PushDevices = z.infer<typeof PushDevices>;

/** What a push carries, once the device has decrypted it. */
export const PushMessage = z.object({
  title: z.string(),
  body: z.string(),
  /** The page of this origin that it is about. */
  path: z.string(),
  /** What has the same takes each other's place on the screen. */
  tag: z.string(),
  /** Names this push: the same one twice is shown once. */
  id: z.string(),
  /** For the badge. */
  unread: z.number().int(),
});
export type PushMessage = z.infer<typeof PushMessage>;
