import { z } from 'zod';
import { Notice } from './notices.ts';

/** The longest wait of a long poll, in seconds: below what proxies allow a silent request. */
export const INBOX_WAIT_MAX_S = 55;

/** So many notices one request marks as read. */
export const INBOX_READ_MAX = 200;

/** Query of `GET /api/status/updates`. Without `after`: from what this person last acknowledged. */
export const StatusUpdatesQuery = z.object({
  /** The last cursor that was dealt with; gives what came after, and acknowledges everything up to it. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

/** A notice as a list or a poll shows it. */
export const InboxItem = Notice.extend({
  /** When it became true. */
  createdAt: z.iso.datetime(),
  /** When its reader marked it as read, on whatever device; null until then. */
  readAt: z.iso.datetime().nullable(),
});
export type InboxItem = z.infer<typeof InboxItem>;

/** Answer of `GET /api/status/updates`. */
export const StatusUpdates = z.object({
  items: z.array(InboxItem),
  /** Give it back as `after`. */
  cursor: z.string(),
  /**
   * The cursor that was given is older than what is kept, or of another database: something may be missing, read
   * the state of your calls again. `cursor` then is the head. Without `after`: something was forgotten before it was
   * acknowledged, and `items` begin with the oldest that is kept.
   */
  reset: z.literal(true).optional(),
});
export type StatusUpdates = z.infer<typeof StatusUpdates>;

/** Query of `GET /api/v1/inbox`: the same place and the same acknowledgement as `GET /api/status/updates`, and a wait. */
export const InboxQuery = StatusUpdatesQuery.extend({
  /** How many seconds the answer may be held back while there is nothing to tell. Ask again as soon as it is there. */
  wait: z.coerce.number().int().min(0).max(INBOX_WAIT_MAX_S).optional(),
});

/** Answer of `GET /api/v1/inbox`: the same as by the plain poll. */
export const InboxUpdates = StatusUpdates.extend({});
export type InboxUpdates = z.infer<typeof InboxUpdates>;

/** What a list of notices may be narrowed to. */
export const NoticeTopic = z.enum(['calls', 'money', 'collections', 'other']);
export type NoticeTopic = z.infer<typeof NoticeTopic>;

/** Query of `GET /api/v1/inbox/notices`: the newest first. */
export const NoticeListQuery = z.object({
  /** `nextCursor` of the page before. */
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
  topic: NoticeTopic.optional(),
  /** One type of notice. */
  type: z.string().min(1).max(100).optional(),
  unread: z.enum(['true']).optional(),
  /** The language of the words; default: the reader's. */
  locale: z.enum(['en', 'es']).optional(),
});

/** A notice with its words. */
export const NoticeListed = InboxItem.extend({
  title: z.string(),
  /** What more there is to say; may be empty. */
  text: z.string(),
  /** The page of the web app that it is about. */
  path: z.string().nullable(),
});
export type NoticeListed = z.infer<typeof NoticeListed>;

/** Answer of `GET /api/v1/inbox/notices`. */
export const NoticeList = z.object({
  items: z.array(NoticeListed),
  nextCursor: z.string().nullable(),
  unread: z.number().int(),
});
export type NoticeList = z.infer<typeof NoticeList>;

/** Query of `GET /api/v1/inbox/stream`. */
export const StreamQuery = z.object({
  /** Of `POST /api/v1/inbox/stream-ticket`, instead of a cookie or an Authorization header. */
  ticket: z.string().max(100).optional(),
  /** As in {@link StatusUpdatesQuery}; the header `Last-Event-ID` wins over it. */
  after: z.string().max(100).optional(),
  /** As that header, from an `EventSource` that cannot send one (event-source-polyfill); the header wins over it, it over `after`. */
  lastEventId: z.string().max(100).optional(),
  /** With `true` also what is live on `private-user-{person}`: `call.state`, `inbox.unread`; without an id. */
  live: z.enum(['true', 'false']).optional(),
});

/** Answer of `POST /api/v1/inbox/stream-ticket`: good for one stream, for 30 s. */
export const StreamTicket = z.object({ ticket: z.string() });

/** Body of `POST /api/v1/inbox/read`: everything up to a cursor, or single notices by their cursors. */
export const InboxReadRequest = z
  .strictObject({
    upTo: z.string().max(100).optional(),
    ids: z.array(z.string().max(100)).min(1).max(INBOX_READ_MAX).optional(),
  })
  .refine(({ upTo, ids }) => (upTo === undefined) !== (ids === undefined), {
    error: 'Send either upTo (a cursor) or ids (cursors of single notices).',
  });
export type InboxReadRequest = z.infer<typeof InboxReadRequest>;

/** How many notices of a person are not marked as read: what a badge shows. */
export const InboxCount = z.object({ unread: z.number().int() });
export type InboxCount = z.infer<typeof InboxCount>;

/** `channel_data` of a subscribe to `private-inbox-{person}`; it is part of the signed string. */
export const InboxFrom = z.object({
  /** A cursor: what came after it. `null`: what this person has not acknowledged. */
  after: z.string().max(100).nullable(),
});

/** Ways in which a notice reaches a person: the bell of the pages, and their devices. */
export const NoticeWay = z.enum(['bell', 'push']);
export type NoticeWay = z.infer<typeof NoticeWay>;

/** So many mutes one person has at most. */
const MUTES_MAX = 200;

/** What a person does not want to be told: of a type, in a way. It is in their inbox all the same. */
export const Mute = z.strictObject({ type: z.string().min(1).max(100), way: NoticeWay });
export type Mute = z.infer<typeof Mute>;

/** Body and answer of `/api/v1/inbox/settings`. */
export const InboxSettings = z.strictObject({ muted: z.array(Mute).max(MUTES_MAX) });
export type InboxSettings = z.infer<typeof InboxSettings>;
