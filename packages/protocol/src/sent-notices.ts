import { z } from 'zod';
import { NOTICE_WITHDRAWN } from './channels.ts';
import { Role } from './people.ts';

/** Recipients that one request names at most; a role counts as one. */
export const RECIPIENTS_MAX = 1_000;
/** What a notice of a team carries at most, as JSON: every door's frames have room for it. */
const CARRIED_BYTES_MAX = 8 * 1024;

/** A day: after that nobody waits for a push. */
const PUSH_AFTER_MS_MAX = 86_400_000;

/** What EventSource, our stream and Socket.IO say of themselves: a notice of such a name would be taken for it, or not be sent at all. */
const TAKEN = new Set([
  'connect',
  'connect_error',
  'disconnect',
  'disconnecting',
  'error',
  'open',
  'hb',
  NOTICE_WITHDRAWN,
]);

/** A type of a team's own: `order.shipped`. Those that begin so are Latido's. */
const OwnType = z
  .string()
  .max(100)
  .regex(
    /^[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*$/,
    'a type is words of a-z 0-9 _ - with dots between, e.g. order.shipped',
  )
  .refine(
    (type) => !/^((call|inbox|pusher|pusher_internal)(\.|$)|client-)/.test(type),
    'types of call, inbox and pusher, and those that begin with client-, are Latido’s own',
  )
  .refine((type) => !TAKEN.has(type), 'connections themselves say this: take another word');

/** Body of `POST /api/v1/notices`: what is told, to whom. */
export const SendNotice = z
  .strictObject({
    /** People by our id or by the team's own, or everybody of a role. */
    to: z
      .array(z.union([z.string().min(1).max(200), z.strictObject({ role: Role })]))
      .min(1)
      .max(RECIPIENTS_MAX),
    type: OwnType.default('notification'),
    title: z.string().max(200).optional(),
    body: z.string().max(2_000).optional(),
    /** Where a click leads: an address, or a path of the web app. */
    url: z
      .string()
      .max(2_000)
      .regex(/^(https?:\/\/|\/(?![/\\]))/, 'an address begins with https:// or /')
      .optional(),
    /** Whatever else the team's own client reads; `title`, `body` and `url` win over fields of the same name. */
    payload: z.record(z.string(), z.unknown()).optional(),
    /** Told once under this key of the sender's, however often it is sent. */
    dedupKey: z.string().min(1).max(200).optional(),
    /**
     * For how long (ms) somebody who was handed it may leave it unacknowledged before their devices are pushed; `LATIDO_PUSH_AFTER_MS`
     * unless it is said. With no door open they are pushed within a second.
     */
    pushAfterMs: z.number().int().min(0).max(PUSH_AFTER_MS_MAX).optional(),
  })
  .refine(
    (said) => JSON.stringify(said.payload ?? {}).length + (said.body ?? '').length < CARRIED_BYTES_MAX,
    {
      message: 'a notice carries 8 KB at most',
    },
  );
export type SendNotice = z.infer<typeof SendNotice>;

/** Answer of `POST /api/v1/notices`. */
export const NoticeSent = z.object({
  /** The same for what was sent under one `dedupKey`. */
  id: z.string(),
  /** Recipients who have it by this request. */
  accepted: z.number().int(),
  /** Recipients who had it before. */
  duplicates: z.number().int(),
});

/** One recipient of a notice that was sent. */
export const NoticeReceipt = z.object({
  personId: z.string(),
  deliveredAt: z.iso.datetime().nullable(),
  readAt: z.iso.datetime().nullable(),
  acknowledgedAt: z.iso.datetime().nullable(),
  withdrawnAt: z.iso.datetime().nullable(),
});
export type NoticeReceipt = z.infer<typeof NoticeReceipt>;

/** Answer of `DELETE /api/v1/notices/{id}`. */
export const NoticeWithdrawn = z.object({
  /** Recipients who had not read it: it is gone for them. */
  withdrawn: z.number().int(),
  /** Recipients who had. */
  read: z.number().int(),
});
