import { z } from 'zod';
import { Notice } from './notices.ts';

/** Query of `GET /api/status/updates`. Without `after`: from what this person last acknowledged. */
export const StatusUpdatesQuery = z.object({
  /** The last cursor that was dealt with; gives what came after, and acknowledges everything up to it. */
  after: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).optional(),
});

/** Answer of `GET /api/status/updates`. */
export const StatusUpdates = z.object({
  items: z.array(Notice),
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

/** `channel_data` of a subscribe to `private-inbox-{person}`; it is part of the signed string. */
export const InboxFrom = z.object({
  /** A cursor: what came after it. `null`: what this person has not acknowledged. */
  after: z.string().max(100).nullable(),
});
